use test_probe_directives::Format;

/// What a schema file's name says: `OrderCreated.v2.avsc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SchemaFileName {
    /// The name as it was given, with its folder.
    pub(super) file: String,
    /// The name without folder, version and extension.
    pub(super) stem: String,
    /// The version; 1 when the name has none.
    pub(super) version: u32,
    /// The format that the extension stands for.
    pub(super) format: Format,
}

impl SchemaFileName {
    /// Reads a name; nothing when its extension is not that of a schema.
    pub(super) fn parse(file: &str) -> Option<Self> {
        let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let (rest, extension) = base.rsplit_once('.')?;
        let format = [Format::Avro, Format::Protobuf, Format::Json]
            .into_iter()
            .find(|format| format.schema_extension().eq_ignore_ascii_case(extension))?;
        let (stem, version) = match rest.rsplit_once(".v").map(|(stem, number)| (stem, number.parse())) {
            Some((stem, Ok(version))) if version > 0 => (stem, version),
            _ => (rest, 1),
        };
        (!stem.is_empty()).then(|| Self { file: file.to_owned(), stem: stem.to_owned(), version, format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_version_and_format() {
        for (file, stem, version, format) in [
            ("OrderCreated.avsc", "OrderCreated", 1, Format::Avro),
            ("OrderCreated.v2.avsc", "OrderCreated", 2, Format::Avro),
            ("schemas/deep/order.created.v10.proto", "order.created", 10, Format::Protobuf),
            ("Order.JSON", "Order", 1, Format::Json),
            ("Order.vintage.avsc", "Order.vintage", 1, Format::Avro),
            ("Order.v0.avsc", "Order.v0", 1, Format::Avro),
        ] {
            let expected = SchemaFileName { file: file.to_owned(), stem: stem.to_owned(), version, format };
            assert_eq!(SchemaFileName::parse(file), Some(expected));
        }
    }

    #[test]
    fn other_files_are_no_schemas() {
        for file in ["README.md", "notes", ".avsc", "", "avsc"] {
            assert_eq!(SchemaFileName::parse(file), None, "{file}");
        }
    }
}
