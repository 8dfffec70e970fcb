package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/** Writes the value of each case: a line in has what a case of the corpus has, a line out its bytes. */
public final class MakeCorpus {
    private MakeCorpus() {}

    public static void main(String[] arguments) throws Exception {
        Lines.answer(MakeCorpus::write);
    }

    private static void write(JsonNode asked, ObjectNode answer) throws Exception {
        ByteArrayOutputStream out = Frame.start(asked.get("id").intValue());
        if (asked.get("schema_type").textValue().equals("AVRO")) {
            writeAvro(asked, out);
            answer.put("made_by", "Apache Avro " + version(Schema.class) + " (Java)");
        } else {
            writeProtobuf(asked, out);
            answer.put("made_by", "Protobuf " + version(DynamicMessage.class) + " (Java)");
        }
        answer.put("bytes", HexFormat.of().formatHex(out.toByteArray()));
    }

    private static void writeAvro(JsonNode asked, ByteArrayOutputStream out) throws Exception {
        Schema schema = AvroSchemas.parse(asked);
        Encoder encoder = encoder(asked.path("blocks").asText(), out);
        new GenericDatumWriter<>(schema).write(AvroJson.toAvro(schema, asked.get("value")), encoder);
        encoder.flush();
    }

    private static Encoder encoder(String blocks, ByteArrayOutputStream out) {
        EncoderFactory factory = new EncoderFactory().configureBlockSize(64);
        return switch (blocks) {
            case "with-sizes" -> factory.blockingDirectBinaryEncoder(out, null);
            case "several" -> factory.blockingBinaryEncoder(out, null);
            default -> factory.binaryEncoder(out, null);
        };
    }

    private static void writeProtobuf(JsonNode asked, ByteArrayOutputStream out) throws Exception {
        Descriptor message = ProtoFile.message(ProtoFile.compile(asked), asked.get("record").textValue());
        Frame.writeIndexes(ProtoFile.indexesOf(message), out);
        ProtoJson.toMessage(message, asked.get("value")).writeTo(out);
    }

    private static String version(Class<?> of) {
        String path = of.getProtectionDomain().getCodeSource().getLocation().getPath();
        return path.replaceFirst(".*-([0-9.]+)\\.jar$", "$1");
    }
}
