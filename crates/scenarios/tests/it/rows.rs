//! Every row of the step table, as it should go and as it should not.

mod checks;
mod faults;
mod produce;
mod receive;
mod topics;
