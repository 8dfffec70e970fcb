package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Reads the bytes of each case: a line in has what a case of the corpus has, a line out the value as plain JSON. */
public final class ReadBack {
    private ReadBack() {}

    public static void main(String[] arguments) throws Exception {
        Lines.answer((asked, answer) -> answer.set("value", read(asked)));
    }

    private static JsonNode read(JsonNode asked) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(asked.get("bytes").textValue());
        ByteBuffer header = header(asked);
        ByteBuffer payload = Frame.payload(bytes, header != null);
        return switch (asked.get("schema_type").textValue()) {
            case "AVRO" -> readAvro(asked, payload);
            case "PROTOBUF" -> readProtobuf(asked, header != null ? header : payload, payload);
            default -> throw new IllegalArgumentException("only Avro and Protobuf are read here");
        };
    }

    /** What follows magic byte and GUID in the header, or nothing in the prefix form. */
    private static ByteBuffer header(JsonNode asked) {
        for (JsonNode value : asked.path("headers")) {
            byte[] bytes = HexFormat.of().parseHex(value.textValue());
            if (bytes.length < 17 || bytes[0] != 1) {
                throw new IllegalArgumentException("a header without magic byte 1 and a GUID");
            }
            return ByteBuffer.wrap(bytes, 17, bytes.length - 17).slice();
        }
        return null;
    }

    private static JsonNode readAvro(JsonNode asked, ByteBuffer payload) throws Exception {
        Schema schema = AvroSchemas.parse(asked);
        byte[] rest = new byte[payload.remaining()];
        payload.get(rest);
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(rest, null);
        Object value = new GenericDatumReader<>(schema).read(null, decoder);
        if (!decoder.isEnd()) {
            throw new IllegalArgumentException("bytes follow the value");
        }
        return AvroJson.toJson(schema, value);
    }

    private static JsonNode readProtobuf(JsonNode asked, ByteBuffer indexesFrom, ByteBuffer payload) throws Exception {
        FileDescriptor file = ProtoFile.compile(asked);
        List<Integer> indexes = Frame.readIndexes(indexesFrom);
        Descriptor message = ProtoFile.messageAt(file, indexes);
        if (asked.hasNonNull("record") && !message.getFullName().equals(asked.get("record").textValue())) {
            throw new IllegalArgumentException("the indexes " + indexes + " name " + message.getFullName());
        }
        return ProtoJson.toJson(DynamicMessage.parseFrom(message, ByteString.copyFrom(payload)));
    }
}
