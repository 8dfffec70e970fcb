package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/** Plain JSON to the generic values of Apache Avro and back: unions plain, bytes as text of U+0000 to U+00FF. */
final class AvroJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();

    private AvroJson() {}

    static Object toAvro(Schema schema, JsonNode json) {
        switch (schema.getType()) {
            case NULL:
                return null;
            case BOOLEAN:
                return json.booleanValue();
            case INT:
                return json.intValue();
            case LONG:
                return json.longValue();
            case FLOAT:
                return (float) number(json);
            case DOUBLE:
                return number(json);
            case STRING:
                return json.textValue();
            case ENUM:
                return new GenericData.EnumSymbol(schema, json.textValue());
            case BYTES:
                return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? DECIMALS.toBytes(decimal(json, decimal), schema, decimal)
                        : ByteBuffer.wrap(json.textValue().getBytes(StandardCharsets.ISO_8859_1));
            case FIXED:
                return toFixed(schema, json);
            case ARRAY:
                List<Object> items = new ArrayList<>();
                json.forEach(item -> items.add(toAvro(schema.getElementType(), item)));
                return items;
            case MAP:
                Map<String, Object> map = new LinkedHashMap<>();
                json.fields().forEachRemaining(entry -> map.put(entry.getKey(), toAvro(schema.getValueType(), entry.getValue())));
                return map;
            case UNION:
                return toAvro(branch(schema, json), json);
            case RECORD:
                GenericData.Record record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) {
                    record.put(field.pos(), toAvro(field.schema(), json.get(field.name())));
                }
                return record;
            default:
                throw new IllegalArgumentException("no such type: " + schema);
        }
    }

    private static Object toFixed(Schema schema, JsonNode json) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            return DECIMALS.toFixed(decimal(json, decimal), schema, decimal);
        }
        switch (logicalName(schema)) {
            case "uuid":
                UUID uuid = UUID.fromString(json.textValue());
                return new Conversions.UUIDConversion().toFixed(uuid, schema, LogicalTypes.uuid());
            case "duration":
                ByteBuffer parts = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
                for (String part : List.of("months", "days", "millis")) {
                    parts.putInt((int) json.get(part).longValue());
                }
                return new GenericData.Fixed(schema, parts.array());
            default:
                return new GenericData.Fixed(schema, json.textValue().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    static JsonNode toJson(Schema schema, Object value) {
        switch (schema.getType()) {
            case NULL:
                return NODES.nullNode();
            case BOOLEAN:
                return NODES.booleanNode((Boolean) value);
            case INT:
                return NODES.numberNode((Integer) value);
            case LONG:
                return NODES.numberNode((Long) value);
            case FLOAT:
                return number((double) (Float) value);
            case DOUBLE:
                return number((Double) value);
            case STRING:
            case ENUM:
                return NODES.textNode(value.toString());
            case BYTES:
                ByteBuffer bytes = (ByteBuffer) value;
                return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? decimal(DECIMALS.fromBytes(bytes.duplicate(), schema, decimal))
                        : NODES.textNode(StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString());
            case FIXED:
                return fixed(schema, (GenericFixed) value);
            case ARRAY:
                ArrayNode items = NODES.arrayNode();
                ((List<?>) value).forEach(item -> items.add(toJson(schema.getElementType(), item)));
                return items;
            case MAP:
                ObjectNode map = NODES.objectNode();
                ((Map<?, ?>) value).forEach((key, entry) -> map.set(key.toString(), toJson(schema.getValueType(), entry)));
                return map;
            case UNION:
                return toJson(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
            case RECORD:
                ObjectNode record = NODES.objectNode();
                for (Schema.Field field : schema.getFields()) {
                    record.set(field.name(), toJson(field.schema(), ((IndexedRecord) value).get(field.pos())));
                }
                return record;
            default:
                throw new IllegalArgumentException("no such type: " + schema);
        }
    }

    private static JsonNode fixed(Schema schema, GenericFixed value) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            return decimal(DECIMALS.fromFixed(value, schema, decimal));
        }
        switch (logicalName(schema)) {
            case "uuid":
                return NODES.textNode(new Conversions.UUIDConversion().fromFixed(value, schema, LogicalTypes.uuid()).toString());
            case "duration":
                ByteBuffer parts = ByteBuffer.wrap(value.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                ObjectNode duration = NODES.objectNode();
                for (String part : List.of("months", "days", "millis")) {
                    duration.put(part, Integer.toUnsignedLong(parts.getInt()));
                }
                return duration;
            default:
                return NODES.textNode(new String(value.bytes(), StandardCharsets.ISO_8859_1));
        }
    }

    private static String logicalName(Schema schema) {
        String name = schema.getProp("logicalType");
        return name == null ? "" : name;
    }

    /** The first branch that the JSON fits; the corpus has no value that fits two and means the second. */
    private static Schema branch(Schema union, JsonNode json) {
        return union.getTypes().stream()
                .filter(schema -> fits(schema, json))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no branch of " + union + " fits " + json));
    }

    private static boolean fits(Schema schema, JsonNode json) {
        switch (schema.getType()) {
            case NULL:
                return json.isNull();
            case BOOLEAN:
                return json.isBoolean();
            case INT:
                return json.isIntegralNumber() && json.canConvertToInt();
            case LONG:
                return json.isIntegralNumber() && json.canConvertToLong();
            case FLOAT:
            case DOUBLE:
                return json.isNumber();
            case STRING:
            case BYTES:
                return schema.getLogicalType() instanceof LogicalTypes.Decimal ? json.isNumber() : json.isTextual();
            case ENUM:
                return json.isTextual() && schema.hasEnumSymbol(json.textValue());
            case FIXED:
                return json.isTextual() && json.textValue().length() == schema.getFixedSize();
            case ARRAY:
                return json.isArray();
            case MAP:
                return json.isObject();
            case RECORD:
                Set<String> fields = new HashSet<>();
                schema.getFields().forEach(field -> fields.add(field.name()));
                Set<String> found = new HashSet<>();
                json.fieldNames().forEachRemaining(found::add);
                return json.isObject() && fields.equals(found);
            default:
                return false;
        }
    }

    private static double number(JsonNode json) {
        return json.isTextual() ? Double.parseDouble(json.textValue()) : json.doubleValue();
    }

    static JsonNode number(double value) {
        return Double.isFinite(value) ? NODES.numberNode(value) : NODES.textNode(Double.toString(value));
    }

    private static BigDecimal decimal(JsonNode json, LogicalTypes.Decimal type) {
        return new BigDecimal(json.asText()).setScale(type.getScale());
    }

    /** A number where a JSON number is exact, else a text. */
    private static JsonNode decimal(BigDecimal value) {
        if (value.scale() <= 0) {
            try {
                return NODES.numberNode(value.longValueExact());
            } catch (ArithmeticException tooLong) {
                return NODES.textNode(value.toPlainString());
            }
        }
        double near = value.doubleValue();
        return new BigDecimal(Double.toString(near)).compareTo(value) == 0
                ? NODES.numberNode(near)
                : NODES.textNode(value.toPlainString());
    }
}
