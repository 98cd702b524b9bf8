import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/** `OrderPlaced` → the purchase it is, with the checks of pipeline/order. Fields are found by position, once. One per thread. */
final class ToEvent {
  private static final long EVENT_TIME_MIN_MS = 946_684_800_000L;
  private static final long FUTURE_MAX_MS = 3_600_000L;
  static final String CURRENCY_FIELD = "currency";
  private static final Set<String> ORDER_FIELDS =
      Set.of(
          "order_id", "status", "total", "subtotal", "discount", "tax", "shipping", "coupon_code", "bill_address",
          "ship_address", "phone", "first_name", "last_name", "name", "email", "items", CURRENCY_FIELD);
  private static final List<String> AMOUNTS = List.of("subtotal", "discount", "tax", "shipping");
  private static final List<String> TEXTS = List.of("coupon_code", "first_name", "last_name", "name", "email", "phone");
  private static final List<String> ADDRESSES = List.of("bill_address", "ship_address");
  private static final List<String> IDENTIFIERS = List.of("email", "phone", "customer_id", "vuid");

  private final Identity identity = new Identity();
  private final Schema event;
  private final Schema item;
  private final GenericEnumSymbol<?> purchase;
  private final Places amounts;
  private final Places texts;
  private final Places addresses;
  private final int[] identifierFrom;
  private final int furtherFrom;
  private final int orderId, eventId, occurredAt, customer, currency, total, items, attributes;
  private final int toAction, toOrderId, toIdempotenceId, toOccurredAt, toIdentifiers, toTotal, toItems;
  private final int toCustomFields, toFactIds, toLate, toWarnings;

  /** Fields copied from one record to another. */
  private record Places(int[] from, int[] to) {
    static Places of(List<String> names, Schema from, Schema to) {
      return new Places(positions(names, from), positions(names, to));
    }
  }

  ToEvent(Schema placed, Schema event) {
    this.event = event;
    this.item = event.getField("items").schema().getElementType();
    this.purchase = new GenericData.EnumSymbol(event.getField("action").schema(), "purchase");
    this.amounts = Places.of(AMOUNTS, placed, event);
    this.texts = Places.of(TEXTS, placed, event);
    this.addresses = Places.of(ADDRESSES, placed, event);
    Schema customerSchema = placed.getField("customer").schema();
    identifierFrom = positions(IDENTIFIERS, customerSchema);
    furtherFrom = customerSchema.getField("identifiers").pos();
    orderId = placed.getField("order_id").pos();
    eventId = placed.getField("event_id").pos();
    occurredAt = placed.getField("occurred_at").pos();
    customer = placed.getField("customer").pos();
    currency = placed.getField("currency").pos();
    total = placed.getField("total").pos();
    items = placed.getField("items").pos();
    attributes = placed.getField("attributes").pos();
    toAction = event.getField("action").pos();
    toOrderId = event.getField("order_id").pos();
    toIdempotenceId = event.getField("idempotence_id").pos();
    toOccurredAt = event.getField("occurred_at").pos();
    toIdentifiers = event.getField("identifiers").pos();
    toTotal = event.getField("total").pos();
    toItems = event.getField("items").pos();
    toCustomFields = event.getField("custom_fields").pos();
    toFactIds = event.getField("fact_ids").pos();
    toLate = event.getField("late").pos();
    toWarnings = event.getField("warnings").pos();
  }

  /** Throws {@link Rejected}. `recordMs` is the timestamp of the order's record. */
  GenericRecord apply(GenericRecord placed, long recordMs) {
    GenericRecord result = new GenericData.Record(event);
    Utf8 order = Texts.required(placed.get(orderId));
    Utf8 fact = Texts.required(placed.get(eventId));
    result.put(toAction, purchase);
    result.put(toOrderId, order);
    result.put(toIdempotenceId, identity.of(order, fact));
    result.put(toOccurredAt, time((Long) placed.get(occurredAt), recordMs));
    result.put(toIdentifiers, identifiers((GenericRecord) placed.get(customer)));
    result.put(toTotal, Amounts.write(Amounts.read(placed.get(total))));
    for (int i = 0; i < amounts.from.length; i++) {
      Object amount = placed.get(amounts.from[i]);
      if (amount != null) result.put(amounts.to[i], Amounts.write(Amounts.read(amount)));
    }
    for (int i = 0; i < texts.from.length; i++) result.put(texts.to[i], Texts.optional(placed.get(texts.from[i])));
    for (int i = 0; i < addresses.from.length; i++)
      result.put(addresses.to[i], Address.line((GenericRecord) placed.get(addresses.from[i])));
    result.put(toItems, items((List<?>) placed.get(items)));
    result.put(toCustomFields, customFields((Map<?, ?>) placed.get(attributes), currency(placed.get(currency))));
    result.put(toFactIds, List.of(fact));
    result.put(toLate, false);
    result.put(toWarnings, List.of());
    return result;
  }

  /** Of an event that it made. */
  long occurredAt(GenericRecord event) {
    return (Long) event.get(toOccurredAt);
  }

  /** Whether an event time can be right, by the timestamp of its record. */
  static boolean isTimely(long millis, long recordMs) {
    return millis >= EVENT_TIME_MIN_MS && millis <= recordMs + FUTURE_MAX_MS;
  }

  private static Long time(Long millis, long recordMs) {
    if (!isTimely(millis, recordMs)) throw new Rejected("invalid_timestamp");
    return millis;
  }

  private Map<String, Object> identifiers(GenericRecord customer) {
    Map<String, Object> identifiers = new LinkedHashMap<>(4);
    for (int i = 0; i < identifierFrom.length; i++) {
      Utf8 value = Texts.optional(customer.get(identifierFrom[i]));
      if (value != null) identifiers.put(IDENTIFIERS.get(i), value);
    }
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) customer.get(furtherFrom)).entrySet()) {
      Utf8 value = Texts.optional(entry.getValue());
      if (value == null) continue;
      String name = entry.getKey().toString();
      if (!Texts.isFieldName(name)) throw new Rejected("invalid_field_name");
      identifiers.putIfAbsent(name, value);
    }
    if (identifiers.isEmpty()) throw new Rejected("no_identifier");
    return identifiers;
  }

  private static Utf8 currency(Object value) {
    Utf8 currency = Texts.required(value);
    byte[] letters = currency.getBytes();
    boolean good = currency.getByteLength() == 3;
    for (int i = 0; good && i < 3; i++) good = letters[i] >= 'A' && letters[i] <= 'Z';
    if (!good) throw new Rejected("invalid_currency");
    return currency;
  }

  private List<GenericRecord> items(List<?> placed) {
    if (placed.isEmpty()) throw new Rejected("no_items");
    List<GenericRecord> result = new ArrayList<>(placed.size());
    for (Object each : placed) {
      // In both schemas: product_id, sku, price, quantity, discount, subtotal.
      GenericRecord from = (GenericRecord) each;
      long price = Amounts.read(from.get(2));
      int quantity = (Integer) from.get(3);
      if (quantity < 1) throw new Rejected("invalid_quantity");
      Object discount = from.get(4);
      Object subtotal = from.get(5);
      long discounted = discount == null ? 0 : Amounts.read(discount);
      GenericRecord to = new GenericData.Record(item);
      to.put(0, Texts.required(from.get(0)));
      to.put(1, Texts.optional(from.get(1)));
      to.put(2, Amounts.write(price));
      to.put(3, quantity);
      if (discount != null) to.put(4, Amounts.write(discounted));
      to.put(5, Amounts.write(subtotal == null ? Amounts.line(price, quantity, discounted) : Amounts.read(subtotal)));
      result.add(to);
    }
    return result;
  }

  private static Map<String, Object> customFields(Map<?, ?> attributes, Utf8 currency) {
    Map<String, Object> fields = new LinkedHashMap<>(4);
    for (Map.Entry<?, ?> entry : attributes.entrySet()) {
      String name = entry.getKey().toString();
      if (!Texts.isFieldName(name) || ORDER_FIELDS.contains(name)) throw new Rejected("invalid_field_name");
      Object value = entry.getValue();
      if (value instanceof Double number && !Double.isFinite(number)) throw new Rejected("invalid_amount");
      Object field = value instanceof Utf8 ? Texts.optional(value) : value;
      if (field != null) fields.put(name, field);
    }
    fields.put(CURRENCY_FIELD, currency);
    return fields;
  }

  private static int[] positions(List<String> names, Schema schema) {
    return names.stream().mapToInt(name -> schema.getField(name).pos()).toArray();
  }
}
