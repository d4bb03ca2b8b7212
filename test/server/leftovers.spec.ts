import {lutimes, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import {clearLeftovers, own} from '../../demo/server/session/owner.js';

test('folders without an owner are deleted, unless they are new', async () => {
  const {TMPDIR: before} = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'chaser-leftovers-'));
  const elsewhere = join(folder, 'elsewhere');
  const named = (name: string) => join(folder, `chaser-session-${name}`);
  for (const path of [elsewhere, named('old'), named('young'), named('owned')]) await mkdir(path);
  await writeFile(named('file'), '');
  await symlink(elsewhere, named('link'));
  await writeFile(join(elsewhere, 'kept'), '');
  const owner = await own(named('owned'));
  const longAgo = new Date(Date.now() - 60_000);
  for (const path of [elsewhere, named('old'), named('owned'), named('file')]) await utimes(path, longAgo, longAgo);
  await lutimes(named('link'), longAgo, longAgo);
  process.env['TMPDIR'] = folder;
  const {getuid} = process;
  try {
    // A server of another user does not own any of these folders.
    process.getuid = () => (getuid?.() ?? 0) + 1;
    await clearLeftovers();
    expect(await readdir(folder)).toContain('chaser-session-old');
    if (getuid) process.getuid = getuid;
    await clearLeftovers();
    expect((await readdir(folder)).sort()).toEqual(['chaser-session-file', 'chaser-session-link', 'chaser-session-owned', 'chaser-session-young', 'elsewhere']);
    expect(await readdir(elsewhere)).toEqual(['kept']);
  } finally {
    if (getuid) process.getuid = getuid;
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    owner?.close();
    await rm(folder, {recursive: true, force: true});
  }
});
