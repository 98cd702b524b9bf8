/** Colour where there is a terminal that wants it. */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text;

export const wantsColour = (): boolean => Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
