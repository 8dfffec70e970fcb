//! Schemas that are spread over several subjects.

use std::collections::HashSet;
use std::sync::Arc;

use super::Inner;
use crate::codec::Dependency;
use crate::{ResolveError, SchemaReference, SchemaText};

/// How many schemas one may lean on: more than any estate has, and few enough to be fetched.
const MOST_REFERENCES: usize = 1_000;

/// What is left to do for one schema: its references, of which those before `next` are done.
struct Open {
    /// The schema itself, once its references are done; nothing for the one that they are looked for.
    itself: Option<Dependency>,
    references: Arc<[SchemaReference]>,
    next: usize,
}

impl Inner {
    /// The schemas that `schema` names, those of other subjects, each after the ones that it names itself. Of two with one
    /// name the first is taken, as Confluent's clients do.
    ///
    /// # Errors
    /// [`ResolveError`]; notably [`ResolveError::ReferenceNotFound`].
    pub(super) async fn dependencies(
        &self,
        schema: &SchemaText,
        place: impl Fn() -> String,
    ) -> Result<Vec<Dependency>, ResolveError> {
        let mut done = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut stack = vec![Open { itself: None, references: Arc::clone(&schema.references), next: 0 }];
        while let Some(top) = stack.last_mut() {
            let Some(reference) = top.references.get(top.next).cloned() else {
                done.extend(stack.pop().and_then(|open| open.itself));
                continue;
            };
            top.next += 1;
            if !seen.insert(reference.name.clone()) {
                continue;
            }
            if seen.len() > MOST_REFERENCES {
                return Err(ResolveError::TooManyReferences { place: place(), limit: MOST_REFERENCES });
            }
            let found = self.referenced(&reference, &place).await?;
            let itself = Some(Dependency { name: reference.name, text: found.text });
            stack.push(Open { itself, references: found.references, next: 0 });
        }
        Ok(done)
    }

    async fn referenced(
        &self,
        reference: &SchemaReference,
        place: impl Fn() -> String,
    ) -> Result<SchemaText, ResolveError> {
        let SchemaReference { subject, version, .. } = reference;
        match self.registry.version(&subject.as_str().into(), *version).await {
            Ok(found) => Ok(found.schema),
            Err(error) if error.failure.is_absence() => Err(ResolveError::ReferenceNotFound {
                place: place(),
                reference: Box::new(reference.clone()),
                url: self.registry.url().to_owned(),
                failure: Box::new(error.failure),
            }),
            Err(error) => Err(error.into()),
        }
    }
}
