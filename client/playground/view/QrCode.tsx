import { encode } from 'uqr';

/** A QR code. @param label its name for people who do not see it */
export function QrCode({ text, label, className }: { text: string; label: string; className: string | undefined }) {
  const { size, data } = encode(text, { border: 2 });
  const modules = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg className={className} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={modules} fill="#000" />
    </svg>
  );
}
