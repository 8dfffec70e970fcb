package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A `.proto` text with those that it imports, compiled by protoc at run time. */
final class ProtoFile {
    private static final Path PROTOC = Path.of(System.getProperty("interop.home"), "protoc");
    private static final String MAIN = "interop_main.proto";
    private static final Map<JsonNode, FileDescriptor> COMPILED = new HashMap<>();

    private ProtoFile() {}

    static FileDescriptor compile(JsonNode asked) throws Exception {
        JsonNode key = Lines.JSON.createArrayNode().add(asked.get("schema")).add(asked.path("references"));
        FileDescriptor known = COMPILED.get(key);
        if (known == null) {
            known = compileAnew(asked);
            COMPILED.put(key, known);
        }
        return known;
    }

    private static FileDescriptor compileAnew(JsonNode asked) throws Exception {
        Path folder = Files.createTempDirectory("interop-proto");
        try {
            Files.writeString(folder.resolve(MAIN), asked.get("schema").textValue());
            writeReferences(folder, asked);
            Path set = folder.resolve("set.bin");
            Process protoc = new ProcessBuilder(
                            PROTOC.resolve("protoc").toString(),
                            "-I" + folder,
                            "-I" + PROTOC.resolve("include"),
                            "--include_imports",
                            "--descriptor_set_out=" + set,
                            MAIN)
                    .redirectErrorStream(true)
                    .start();
            String words = new String(protoc.getInputStream().readAllBytes());
            if (protoc.waitFor() != 0) {
                throw new IllegalArgumentException("protoc: " + words);
            }
            return link(FileDescriptorSet.parseFrom(Files.readAllBytes(set)));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void writeReferences(Path folder, JsonNode of) throws IOException {
        for (JsonNode reference : of.path("references")) {
            Path file = folder.resolve(reference.get("name").textValue()).normalize();
            if (!file.startsWith(folder)) {
                throw new IllegalArgumentException("an import outside: " + reference.get("name"));
            }
            Files.createDirectories(file.getParent());
            Files.writeString(file, reference.get("schema").textValue());
            writeReferences(folder, reference);
        }
    }

    /** protoc lists every file after those that it imports, so the last is the one that was asked for. */
    private static FileDescriptor link(FileDescriptorSet set) throws Exception {
        Map<String, FileDescriptor> linked = new HashMap<>();
        FileDescriptor last = null;
        for (FileDescriptorProto file : set.getFileList()) {
            List<FileDescriptor> imports = new ArrayList<>();
            file.getDependencyList().forEach(name -> imports.add(linked.get(name)));
            last = FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
            linked.put(file.getName(), last);
        }
        return last;
    }

    static Descriptor message(FileDescriptor file, String fullName) {
        return messages(file.getMessageTypes())
                .filter(message -> message.getFullName().equals(fullName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the file has no message " + fullName));
    }

    private static Stream<Descriptor> messages(List<Descriptor> messages) {
        return messages.stream().flatMap(message -> Stream.concat(Stream.of(message), messages(message.getNestedTypes())));
    }

    static List<Integer> indexesOf(Descriptor message) {
        LinkedList<Integer> indexes = new LinkedList<>();
        for (Descriptor outer = message; outer != null; outer = outer.getContainingType()) {
            indexes.addFirst(outer.getIndex());
        }
        return indexes;
    }

    static Descriptor messageAt(FileDescriptor file, List<Integer> indexes) {
        Descriptor message = file.getMessageTypes().get(indexes.get(0));
        for (int index : indexes.subList(1, indexes.size())) {
            message = message.getNestedTypes().get(index);
        }
        return message;
    }
}
