/**
 * Which text ODP takes: at most 1,024 printable characters (Unicode code points). Control characters (C0, DEL, C1) and
 * halves of surrogate pairs, which have no UTF-8 form, are not printable; blanks of all kinds are. Text is never altered.
 */

export const TEXT_CHARACTERS_MAX = 1024;

const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** An order id for messages. As JSON: an odd one must not break the line it is logged on. */
export const shownId = (orderId: string): string =>
  JSON.stringify(orderId.length > 64 ? `${orderId.slice(0, 64)}…` : orderId);

export type TextQuality = 'good' | 'blank' | 'too long' | 'unprintable';

export const textQuality = (text: string): TextQuality => {
  let points = text.length;
  let blank = true;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x20 && unit < 0x7f) blank = false;
    else if (unit !== 0x20) {
      if (unit < 0xa0) return text.trim() === '' ? 'blank' : 'unprintable';
      if (unit >= 0xd800 && unit < 0xe000) {
        if (!pairAt(text, i)) return 'unprintable';
        i++;
        points--;
      }
      if (blank) {
        // Of the whole text, and once: asked at every blank of another kind, a record full of them would hold up its lane.
        if (text.trim() === '') return 'blank';
        blank = false;
      }
    }
  }
  if (blank) return 'blank';
  return points > TEXT_CHARACTERS_MAX ? 'too long' : 'good';
};

const pairAt = (text: string, at: number): boolean => {
  const next = text.charCodeAt(at + 1); // NaN at the end
  return text.charCodeAt(at) < 0xdc00 && next >= 0xdc00 && next < 0xe000;
};
