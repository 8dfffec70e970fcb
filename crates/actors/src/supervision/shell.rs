use std::rc::Rc;

use actix::dev::{MessageResponse, OneshotSender};
use actix::{Actor, Context, Handler};

use super::core::Core;
use super::{Behaviour, Receive, Request, Terminated};

/// The Actix actor around a [`Behaviour`]: it owns the mailbox and decides nothing.
pub struct Supervised<B: Behaviour> {
    core: Rc<Core<B>>,
}

impl<B: Behaviour> Supervised<B> {
    pub(super) fn new(core: Rc<Core<B>>) -> Self {
        Self { core }
    }

    pub(super) fn core(&self) -> &Rc<Core<B>> {
        &self.core
    }
}

impl<B: Behaviour> Actor for Supervised<B> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.core.begin(ctx);
    }
}

/// A message on its way to the value, with the way back. Actix answers a message after its handler has returned; the
/// value works here, where the caller's address is at hand, so that an answer can be given later from anywhere.
pub struct Dispatch<B: Behaviour, M> {
    core: Rc<Core<B>>,
    message: M,
}

impl<B: Receive<M>, M: Request> Handler<M> for Supervised<B> {
    type Result = Dispatch<B, M>;

    fn handle(&mut self, message: M, _: &mut Context<Self>) -> Dispatch<B, M> {
        Dispatch { core: Rc::clone(&self.core), message }
    }
}

impl<B: Receive<M>, M: Request> MessageResponse<Supervised<B>, M> for Dispatch<B, M> {
    fn handle(self, ctx: &mut Context<Supervised<B>>, to: Option<OneshotSender<M::Result>>) {
        self.core.dispatch(self.message, to, ctx);
    }
}

impl<B: Behaviour> Handler<Terminated> for Supervised<B> {
    type Result = ();

    fn handle(&mut self, terminated: Terminated, ctx: &mut Context<Self>) {
        self.core.child_ended(&terminated, ctx);
    }
}

impl<B: Behaviour> std::fmt::Debug for Supervised<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Supervised({})", self.core.name)
    }
}

impl<B: Behaviour, M> std::fmt::Debug for Dispatch<B, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dispatch({})", self.core.name)
    }
}
