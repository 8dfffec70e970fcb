package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import java.math.BigInteger;
import java.util.Set;

/** JsonFormat's JSON, with every 64-bit integer as a number and every float as the double that it is. */
final class ProtoJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> WRAPPERS = Set.of(
            "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue", "StringValue", "BytesValue");

    private ProtoJson() {}

    static DynamicMessage toMessage(Descriptor descriptor, JsonNode json) throws Exception {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(descriptor);
        JsonFormat.parser().merge(Lines.JSON.writeValueAsString(json), builder);
        return builder.build();
    }

    static JsonNode toJson(DynamicMessage message) throws Exception {
        String text = JsonFormat.printer().alwaysPrintFieldsWithNoPresence().preservingProtoFieldNames().print(message);
        return adjusted(message.getDescriptorForType(), Lines.JSON.readTree(text));
    }

    private static JsonNode adjusted(Descriptor message, JsonNode json) {
        String name = message.getFullName();
        if (name.startsWith("google.protobuf.")) {
            boolean isWrapper = WRAPPERS.contains(message.getName());
            return isWrapper ? adjustedScalar(message.findFieldByName("value"), json) : adjustedDoubles(json);
        }
        ObjectNode object = (ObjectNode) json;
        for (FieldDescriptor field : message.getFields()) {
            JsonNode value = object.get(field.getName());
            if (value == null) {
                continue;
            }
            if (field.isMapField()) {
                FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
                ObjectNode map = (ObjectNode) value;
                map.fields().forEachRemaining(entry -> entry.setValue(adjustedOne(valueField, entry.getValue())));
            } else if (field.isRepeated()) {
                ArrayNode items = NODES.arrayNode();
                value.forEach(item -> items.add(adjustedOne(field, item)));
                object.set(field.getName(), items);
            } else {
                object.set(field.getName(), adjustedOne(field, value));
            }
        }
        return object;
    }

    private static JsonNode adjustedOne(FieldDescriptor field, JsonNode json) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                ? adjusted(field.getMessageType(), json)
                : adjustedScalar(field, json);
    }

    private static JsonNode adjustedScalar(FieldDescriptor field, JsonNode json) {
        switch (field.getJavaType()) {
            case LONG:
                return NODES.numberNode(new BigInteger(json.asText()));
            case FLOAT:
                return json.isTextual() ? json : AvroJson.number(Float.parseFloat(json.asText()));
            case DOUBLE:
                return json.isTextual() ? json : AvroJson.number(Double.parseDouble(json.asText()));
            default:
                return json;
        }
    }

    /** Every number inside a Struct is a double. */
    private static JsonNode adjustedDoubles(JsonNode json) {
        if (json.isNumber()) {
            return AvroJson.number(json.doubleValue());
        }
        if (json.isObject()) {
            ((ObjectNode) json).fields().forEachRemaining(entry -> entry.setValue(adjustedDoubles(entry.getValue())));
        } else if (json.isArray()) {
            ArrayNode items = NODES.arrayNode();
            json.forEach(item -> items.add(adjustedDoubles(item)));
            return items;
        }
        return json;
    }
}
