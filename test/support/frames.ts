/** The four colours of a test picture, clockwise from the top left; far enough apart to survive JPEG. */
export const COLOURS = {topLeft: '#e02020', topRight: '#20c020', bottomRight: '#2040e0', bottomLeft: '#e0c020'} as const;

/** A JPEG of four coloured quarters. */
export async function quartersJpeg(width = 320, height = 180): Promise<ArrayBuffer> {
  return paintedJpeg(width, height, (context) => {
    const [x, y] = [width / 2, height / 2];
    const quarters = [[COLOURS.topLeft, 0, 0], [COLOURS.topRight, x, 0], [COLOURS.bottomRight, x, y], [COLOURS.bottomLeft, 0, y]] as const;
    for (const [colour, left, top] of quarters) {
      context.fillStyle = colour;
      context.fillRect(left, top, x, y);
    }
  });
}

/** A JPEG of one colour. */
export async function plainJpeg(colour: string, width = 320, height = 180): Promise<ArrayBuffer> {
  return paintedJpeg(width, height, (context) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
  });
}

/** A JPEG whose pixels encode their position: red grows to the right and green downwards, both from 0 to 255. Blue is 128. */
export async function placesJpeg(width = 320, height = 180): Promise<ArrayBuffer> {
  return paintedJpeg(width, height, (context) => {
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      image.data.set([(i % width) / (width - 1) * 255, Math.floor(i / width) / (height - 1) * 255, 128, 255], i * 4);
    }
    context.putImageData(image, 0, 0);
  });
}

async function paintedJpeg(width: number, height: number, paint: (context: OffscreenCanvasRenderingContext2D) => void): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no 2D context.');
  paint(context);
  const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.95});
  return blob.arrayBuffer();
}

/** A JPEG of noise, with as many bytes as possible for its size. */
export async function noiseJpeg(width: number, height: number): Promise<ArrayBuffer> {
  return paintedJpeg(width, height, (context) => {
    const image = context.createImageData(width, height);
    for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
    context.putImageData(image, 0, 0);
  });
}
