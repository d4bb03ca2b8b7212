import {createServer} from 'node:http';

/** A small web site. `origin` has an IP address, and `otherOrigin` a host name. For a browser, the two are different sites. */
export interface TestSite {
  readonly origin: string;
  readonly otherOrigin: string;
  /** Adds or replaces a page. */
  put(path: string, html: string): void;
  close(): Promise<void>;
}

/** A PDF with one empty page. */
const PDF = `%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>> endobj
trailer <</Root 1 0 R>>`;

export async function startSite(pages: Readonly<Record<string, string>> = {}): Promise<TestSite> {
  const all = new Map(Object.entries(pages));
  const server = createServer((request, response) => {
    const {pathname, searchParams} = new URL(request.url ?? '/', 'http://site');
    const html = all.get(pathname);
    if (pathname === '/secret' && !request.headers.authorization) {
      response.writeHead(401, {'WWW-Authenticate': 'Basic realm="secret"', 'Content-Type': 'text/html'}).end('<title>Refused</title>');
    } else if (pathname === '/redirect') {
      response.writeHead(302, {Location: searchParams.get('to') ?? '/'}).end();
    } else if (pathname === '/hangs') {
      // Never answered.
    } else if (pathname === '/file') {
      response.writeHead(200, {'Content-Type': 'application/octet-stream', 'Content-Disposition': 'attachment'}).end('file');
    } else if (pathname === '/document.pdf') {
      response.writeHead(200, {'Content-Type': 'application/pdf'}).end(PDF);
    } else {
      response.writeHead(html === undefined ? 404 : 200, {'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store'}).end(html);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The site has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    otherOrigin: `http://localhost:${address.port}`,
    put: (path, html) => all.set(path, html),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
