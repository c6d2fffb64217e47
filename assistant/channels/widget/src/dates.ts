// Dates in words, at the precision at which they are known: a year is never made a day.

const PARTS = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/;

export function dateText(iso: string, language: string): string {
  const match = PARTS.exec(iso);
  if (!match?.[1]) return iso;
  const [, year, month, day] = match;
  const options: Intl.DateTimeFormatOptions = { year: "numeric", timeZone: "UTC" };
  if (month) options.month = "long";
  if (day) options.day = "numeric";
  const date = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  return Number.isNaN(date.valueOf()) ? iso : new Intl.DateTimeFormat(language, options).format(date);
}
