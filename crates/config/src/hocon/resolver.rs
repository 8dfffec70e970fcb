//! From nodes to values: which of a key's values counts, and what its substitutions stand for.
//!
//! Nothing is computed before it is asked for, so a substitution may point forward, into a later layer, or at a
//! neighbour in the object that holds it. While a value with substitutions is worked out, every look-up that meets this
//! very value sees only what the key was given *before* it: that is how `path = ${path} [more]` appends, and how two
//! keys that point at each other end.

use std::sync::Arc;

use super::error::{HoconError, Reason};
use super::node::{Node, NodeKind, Piece, Scalar, Substitution};
use super::path::KeyPath;
use super::value::{Value, ValueKind};
use crate::{Environment, Origin, Place};

mod shape;

use shape::{Shape, Slot, join, members_of, names_of, same_nodes};

/// Values may lead to one another this deep. It keeps recursion within any thread's stack.
const MAX_DEPTH: usize = 150;
/// Steps for one configuration. A real one takes a few thousand, a text that doubles itself again and again any number.
const MAX_STEPS: usize = 200_000;

/// The value at a path of the layered configuration, and everything that could not be resolved on the way.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) value: Option<Value>,
    /// The keys whose values are missing from `value`, and why. Several keys may share one reason.
    pub(crate) problems: Vec<(KeyPath, HoconError)>,
}

/// Resolves what stands at `path`. Layers come oldest first; a later one wins. What lies elsewhere is read only where a
/// substitution asks for it.
pub(crate) fn resolve(layers: &[Node], environment: &dyn Environment, path: &[&str]) -> Resolved {
    let path = KeyPath(path.iter().map(|&name| name.to_owned()).collect());
    let mut resolver = Resolver {
        roots: layers.iter().collect(),
        environment,
        in_progress: Vec::new(),
        building: Vec::new(),
        path: path.clone(),
        met: None,
        depth: 0,
        steps: 0,
        exhausted: None,
        problems: Vec::new(),
    };
    let result = resolver.look_up(&path).and_then(|slot| resolver.evaluate(&slot));
    let value = result.unwrap_or_else(|error| {
        resolver.report(error);
        None
    });
    Resolved { value, problems: resolver.problems }
}

struct Resolver<'a> {
    roots: Slot<'a>,
    environment: &'a dyn Environment,
    /// The values with substitutions that are being worked out, outermost first.
    in_progress: Slot<'a>,
    /// The merged objects whose members are being worked out, outermost first.
    building: Vec<Slot<'a>>,
    /// The key that is being worked out.
    path: KeyPath,
    /// Which of them the last look-up met, if any.
    met: Option<usize>,
    depth: usize,
    steps: usize,
    /// The error of the step that was one too many. Every later step fails with the same.
    exhausted: Option<HoconError>,
    problems: Vec<(KeyPath, HoconError)>,
}

impl<'a> Resolver<'a> {
    fn report(&mut self, error: HoconError) {
        self.problems.push((self.path.clone(), error));
    }

    fn evaluate(&mut self, slot: &[&'a Node]) -> Result<Option<Value>, HoconError> {
        match self.reduce(slot)? {
            Shape::Undefined => Ok(None),
            Shape::Value(value) => Ok(Some(value)),
            Shape::Objects(objects) => self.build(objects),
        }
    }

    /// Merges objects and works out every member. A member that fails is reported and left out.
    fn build(&mut self, objects: Slot<'a>) -> Result<Option<Value>, HoconError> {
        let Some(newest) = objects.last() else { return Ok(None) };
        let place = newest.place.clone();
        if self.building.iter().any(|outer| same_nodes(outer, &objects)) {
            return Err(HoconError { place, reason: Reason::ContainsItself { path: self.path.to_string() } });
        }
        self.descend(&place)?;
        self.building.push(objects.clone());
        let mut members = Vec::new();
        for name in names_of(&objects) {
            self.path.0.push(name.to_owned());
            let slot = members_of(&objects, name);
            match self.evaluate(&slot) {
                Ok(Some(value)) => members.push((name.to_owned(), value)),
                Ok(None) => {}
                Err(error) => self.report(error),
            }
            self.path.0.pop();
        }
        self.building.pop();
        self.depth -= 1;
        Ok(Some(Value { origin: Origin::Text(place), kind: ValueKind::Object(members) }))
    }

    /// The newest value counts; objects are merged with the objects right below them; a value that gives way
    /// (`${?unset}`) uncovers the one below.
    fn reduce(&mut self, slot: &[&'a Node]) -> Result<Shape<'a>, HoconError> {
        let mut groups: Vec<Slot<'a>> = Vec::new();
        for node in slot.iter().rev() {
            match self.shape_of(node)? {
                Shape::Undefined => {}
                Shape::Objects(objects) => groups.push(objects),
                Shape::Value(value) if groups.is_empty() => return Ok(Shape::Value(value)),
                Shape::Value(_) => break,
            }
        }
        if groups.is_empty() {
            return Ok(Shape::Undefined);
        }
        Ok(Shape::Objects(groups.into_iter().rev().flatten().collect()))
    }

    fn shape_of(&mut self, node: &'a Node) -> Result<Shape<'a>, HoconError> {
        self.step(&node.place)?;
        match &node.kind {
            NodeKind::Object(_) => Ok(Shape::Objects(vec![node])),
            NodeKind::Scalar(scalar) => {
                Ok(Shape::Value(Value::scalar(Origin::Text(node.place.clone()), scalar.clone())))
            }
            NodeKind::List(items) => self.within(node, |resolver| resolver.list(node, items)),
            NodeKind::Substitution(substitution) => {
                self.within(node, |resolver| resolver.substitute(node, substitution))
            }
            NodeKind::Concatenation(pieces) => self.within(node, |resolver| resolver.concatenate(node, pieces)),
        }
    }

    /// Works on a value while look-ups of it see only what came before it.
    fn within<T>(
        &mut self,
        node: &'a Node,
        work: impl FnOnce(&mut Self) -> Result<T, HoconError>,
    ) -> Result<T, HoconError> {
        self.descend(&node.place)?;
        self.in_progress.push(node);
        let result = work(self);
        self.in_progress.pop();
        self.depth -= 1;
        result
    }

    fn list(&mut self, node: &'a Node, items: &'a [Node]) -> Result<Shape<'a>, HoconError> {
        let mut values = Vec::new();
        for item in items {
            values.extend(self.evaluate(&[item])?);
        }
        Ok(Shape::Value(Value { origin: Origin::Text(node.place.clone()), kind: ValueKind::List(values) }))
    }

    fn substitute(&mut self, node: &'a Node, substitution: &Substitution) -> Result<Shape<'a>, HoconError> {
        let Substitution { path, optional, included_at } = substitution;
        let own = self.in_progress.len() - 1;
        let mut paths = vec![path.clone()];
        if !included_at.0.is_empty() {
            paths.insert(0, included_at.join(path));
        }
        for path in &paths {
            let slot = self.look_up(path)?;
            let met = self.met;
            match self.reduce(&slot) {
                Ok(Shape::Undefined) => self.met = met,
                // A way that leads through this very value is no way; a value that can do without it does.
                Err(HoconError { reason: Reason::Cycle { .. }, .. }) if *optional && self.met <= Some(own) => {}
                found => return found,
            }
        }
        let variable = path.0.join(".");
        if let Some(text) = self.environment.get(&variable) {
            let origin = Origin::Variable(Arc::from(variable));
            return Ok(Shape::Value(Value::scalar(origin, Scalar::Text(text))));
        }
        if *optional {
            return Ok(Shape::Undefined);
        }
        let path = path.to_string();
        let reason = if self.met.is_some() { Reason::Cycle { path } } else { Reason::Undefined { path } };
        Err(HoconError { place: node.place.clone(), reason })
    }

    /// The values that `path` was given, up to the first one that is in progress.
    fn look_up(&mut self, path: &KeyPath) -> Result<Slot<'a>, HoconError> {
        let mut met = None;
        let mut slot = self.roots.clone();
        for name in &path.0 {
            let Shape::Objects(objects) = self.reduce(&slot)? else {
                slot = Slot::new();
                break;
            };
            slot = members_of(&objects, name);
            let busy = |node: &'a Node| self.in_progress.iter().position(|busy| std::ptr::eq(*busy, node));
            if let Some((position, index)) = slot.iter().enumerate().find_map(|(at, node)| Some((at, busy(node)?))) {
                slot.truncate(position);
                met = Some(index);
            }
        }
        self.met = met;
        Ok(slot)
    }

    /// Texts are joined with the white space between them, lists are appended, objects are merged. A piece that is not
    /// there (`${?unset}`) adds nothing; if none is there, neither is the whole.
    fn concatenate(&mut self, node: &'a Node, pieces: &'a [Piece]) -> Result<Shape<'a>, HoconError> {
        let mut whole = Shape::Undefined;
        let mut blank = String::new();
        for piece in pieces {
            blank.push_str(&piece.blank_before);
            whole = match (whole, self.shape_of(&piece.node)?) {
                (left, Shape::Undefined) => left,
                (Shape::Undefined, right) => right.padded(&std::mem::take(&mut blank), "", &node.place),
                (left, right) => join(left, &std::mem::take(&mut blank), right, &node.place)?,
            };
        }
        Ok(whole.padded("", &blank, &node.place))
    }

    fn step(&mut self, place: &Place) -> Result<(), HoconError> {
        self.steps += 1;
        if self.steps <= MAX_STEPS {
            return Ok(());
        }
        let too_large = || HoconError { place: place.clone(), reason: Reason::TooLarge { limit: MAX_STEPS } };
        Err(self.exhausted.get_or_insert_with(too_large).clone())
    }

    fn descend(&mut self, place: &Place) -> Result<(), HoconError> {
        if self.depth >= MAX_DEPTH {
            return Err(HoconError { place: place.clone(), reason: Reason::TooLongAWay { limit: MAX_DEPTH } });
        }
        self.depth += 1;
        Ok(())
    }
}
