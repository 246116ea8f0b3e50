const size = 256;

/** Draws a picture that a person chooses: the first letter of the name, on the colours of that name. */
export function drawPicture(name: string): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser draws no pictures');
  const hue = Array.from(name, (letter) => letter.charCodeAt(0) * 47).reduce((sum, part) => sum + part, 0) % 360;
  const colours = pen.createLinearGradient(0, 0, size, size);
  colours.addColorStop(0, `hsl(${hue} 65% 52%)`);
  colours.addColorStop(1, `hsl(${(hue + 50) % 360} 70% 36%)`);
  pen.fillStyle = colours;
  pen.fillRect(0, 0, size, size);
  pen.fillStyle = '#fff';
  pen.font = `600 ${size / 2}px system-ui, sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(name.slice(0, 1).toUpperCase(), size / 2, size / 2);
  return new Promise((resolve, reject) => {
    canvas.toBlob((picture) => (picture ? resolve(picture) : reject(new Error('this browser draws no pictures'))), 'image/png');
  });
}
