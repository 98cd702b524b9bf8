/** What the sample shop sells, in which currencies, and to whom. Addresses and numbers are of ranges nobody has. */
import type { Random } from './random';

export interface Currency {
  readonly code: string;
  /** Ten-thousandths of its smallest unit: a cent is 100, a yen 10,000. */
  readonly unit: number;
  /** Price of what costs one euro, in smallest units. */
  readonly perEuro: number;
  readonly taxPercent: number;
  readonly cities: readonly City[];
}

interface City {
  readonly city: string;
  readonly state: string | null;
  readonly zip: string;
  readonly country: string;
}

const city = (name: string, zip: string, country: string, state: string | null = null): City => ({
  city: name,
  state,
  zip,
  country,
});

const euro: Currency = {
  code: 'EUR',
  unit: 100,
  perEuro: 100,
  taxPercent: 19,
  cities: [city('Berlin', '10115', 'DE'), city('Lyon', '69001', 'FR'), city('Torino', '10121', 'IT')],
};
const dollar: Currency = {
  code: 'USD',
  unit: 100,
  perEuro: 110,
  taxPercent: 8,
  cities: [city('Springfield', '62701', 'US', 'IL'), city('Portland', '97201', 'US', 'OR')],
};
const pound: Currency = {
  code: 'GBP',
  unit: 100,
  perEuro: 85,
  taxPercent: 20,
  cities: [city('Leeds', 'LS1 1AA', 'GB'), city('Cardiff', 'CF10 1AA', 'GB')],
};
const yen: Currency = {
  code: 'JPY',
  unit: 10_000,
  perEuro: 160,
  taxPercent: 10,
  cities: [city('大阪市', '530-0001', 'JP', '大阪府'), city('札幌市', '060-0001', 'JP', '北海道')],
};

/** As often as they come. */
export const currencies: readonly Currency[] = [euro, euro, euro, euro, dollar, dollar, dollar, pound, pound, yen];

export interface Product {
  readonly id: string;
  readonly skus: readonly string[];
  readonly euros: number;
}

const product = (id: string, euros: number, ...variants: string[]): Product => ({
  id,
  skus: variants.map(variant => `${id}-${variant}`),
  euros,
});

export const products: readonly Product[] = [
  product('P-TEE', 19.9, 'S', 'M', 'L', 'XL'),
  product('P-HOODIE', 49, 'S', 'M', 'L'),
  product('P-JEANS', 79.95, '30', '32', '34'),
  product('P-SNEAKER', 119, '38', '40', '42', '44'),
  product('P-SOCKS', 7.5, 'ONE'),
  product('P-CAP', 24.9),
  product('P-BACKPACK', 89, 'BLACK', 'SAND'),
  product('P-BOTTLE', 21.49, 'STEEL'),
  product('P-MUG', 12),
  product('P-LAMP', 64.9, 'EU', 'UK', 'US'),
  product('P-DESK', 349),
  product('P-CHAIR', 229.5, 'GREY', 'GREEN'),
  product('P-NOTEBOOK', 4.25, 'A5', 'A4'),
  product('P-PEN', 1.75),
  product('P-HEADPHONES', 159.99),
  product('P-GIFT-CARD', 25),
];

/** Of one unit, in smallest units of the currency. */
export const priceOf = ({ euros }: Product, { perEuro }: Currency): number => Math.max(1, Math.round(euros * perEuro));

export const coupons = ['WELCOME10', 'SPRING10', 'FRIENDS10'] as const;
export const couponPercent = 10;

/** Who bought, as the commerce schemas have it. */
export interface Customer {
  readonly email: string | null;
  readonly phone: string | null;
  readonly customer_id: string | null;
  readonly vuid: string | null;
  readonly identifiers: Readonly<Record<string, string>>;
}

export interface Buyer {
  readonly customer: Customer;
  readonly firstName: string;
}

const firstNames = [
  'Ada',
  'Alan',
  'Barbara',
  'Dennis',
  'Edsger',
  'Frances',
  'Grace',
  'Hedy',
  'Ken',
  'Radia',
  '花子',
  'Zoë',
];
const latin = (name: string) => (/^[A-Za-z]+$/.test(name) ? name.toLowerCase() : 'customer');

/** Some are known by e-mail only, some by everything; each has at least one identifier. */
export const makeBuyers = (random: Random, count: number): readonly Buyer[] =>
  Array.from({ length: count }, (_, number) => {
    const firstName = random.pick(firstNames);
    const email = random.chance(85) ? `${latin(firstName)}.${number}@example.com` : null;
    const customer: Customer = {
      email,
      phone: random.chance(40) ? phone(random) : null,
      customer_id: email === null || random.chance(50) ? `C-${100_000 + number}` : null,
      vuid: random.chance(5) ? hex(random, 32) : null,
      identifiers: {},
    };
    return { customer, firstName };
  });

/** E.164, of the ranges kept free for fiction in the US (555-01xx) and the UK (020 7946 0xxx). */
const phone = (random: Random): string =>
  random.chance(70)
    ? `+1${random.pick([202, 312, 503, 617])}55501${String(random.below(100)).padStart(2, '0')}`
    : `+4420794600${String(random.below(100)).padStart(2, '0')}`;

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => random.below(16).toString(16)).join('');

/** As the commerce schemas have it. */
export interface Address extends City {
  readonly street1: string;
  readonly street2: string | null;
}

export const addressIn = (random: Random, currency: Currency): Address => ({
  street1: `Example Street ${random.between(1, 250)}`,
  street2: random.chance(10) ? `Floor ${random.between(1, 20)}` : null,
  ...random.pick(currency.cities),
});
