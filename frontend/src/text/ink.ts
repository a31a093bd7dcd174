// Black or white letters on a colour: whichever contrasts more, which is always 4.5 to 1 at the least. Pure.

export function inkOn(color: string): '#000000' | '#ffffff' {
  const value = Number.parseInt(color.slice(1), 16);
  if (Number.isNaN(value)) return '#ffffff';
  const [red, green, blue] = [value >> 16, value >> 8, value].map((part) => linear((part & 255) / 255)) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
