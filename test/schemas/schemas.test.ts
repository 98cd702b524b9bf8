/** The Avro files: valid by avsc itself, whole with what they name, alike where they define the same type. */
import { Type } from 'avsc';
import { type AvroObject, commerceTypes, completeSchema, schemaFiles } from '../../schemas/schemas';

test.each(schemaFiles().map(file => [file.path, file] as const))(
  '%s stands alone, under its own name',
  (path, file) => {
    expect(path.split('/').at(-1)).toBe(`${file.schema.name}.avsc`);
    const type = Type.forSchema(completeSchema(file.fullName) as never, { wrapUnions: true });
    expect(type.name).toBe(file.fullName);
  },
);

test('the four facts', () => {
  expect(commerceTypes()).toEqual(
    ['Cancelled', 'Placed', 'Refunded', 'Returned'].map(kind => `commerce.orders.Order${kind}`),
  );
});

test('no two files define a type differently', () => {
  const seen = new Map<string, string>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { name, type } = part as AvroObject;
    if (name !== undefined && typeof type === 'string' && type !== 'string') {
      const text = JSON.stringify(part);
      if (['record', 'enum', 'fixed'].includes(type)) expect(seen.get(name) ?? text).toBe(text);
      seen.set(name, text);
    }
    for (const each of Object.values(part)) visit(each);
  };
  for (const file of schemaFiles().filter(({ path }) => path.startsWith('commerce/'))) visit(file.schema);
});

test('a name that there is not', () => {
  expect(() => completeSchema('commerce.orders.OrderLost')).toThrow('Cannot find the schema commerce.orders.OrderLost');
});
