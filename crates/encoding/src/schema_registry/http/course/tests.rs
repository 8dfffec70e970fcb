use super::*;

const NO_WISH: Duration = Duration::ZERO;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A course with pauses of 100, 200, … ms.
fn course(addresses: usize, first: usize, rounds: u64) -> Course<impl Iterator<Item = Duration>> {
    Course::new(addresses, first, (1..=rounds).map(|round| ms(100 * round)))
}

fn ask(address: usize, after: u64) -> Step {
    Step::Ask { address, after: ms(after) }
}

#[test]
fn one_address_is_asked_again_after_each_pause_and_given_up_after_the_last() {
    for verdict in [Verdict::Elsewhere, Verdict::Later] {
        let mut course = course(1, 0, 2);
        assert_eq!(course.after(verdict, NO_WISH), ask(0, 100));
        assert_eq!(course.after(verdict, NO_WISH), ask(0, 200));
        assert_eq!(course.after(verdict, NO_WISH), Step::GiveUp);
    }
}

#[test]
fn an_answer_ends_the_course_and_so_does_the_only_address_when_it_is_out() {
    assert_eq!(course(3, 0, 9).after(Verdict::Answered, NO_WISH), Step::GiveUp);
    assert_eq!(course(1, 0, 9).after(Verdict::OnlyElsewhere, NO_WISH), Step::GiveUp);
}

#[test]
fn all_addresses_are_asked_at_once_in_order_before_the_pause() {
    let mut course = course(3, 1, 1);
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(2, 0));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(0, 0));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(1, 100));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(2, 0));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(0, 0));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), Step::GiveUp);
}

#[test]
fn without_a_further_round_every_address_is_still_asked_once() {
    let mut course = course(2, 0, 0);
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(1, 0));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), Step::GiveUp);
}

#[test]
fn an_address_that_is_out_is_passed_by_in_later_rounds() {
    let mut course = course(2, 0, 9);
    assert_eq!(course.after(Verdict::OnlyElsewhere, NO_WISH), ask(1, 0));
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(1, 100));
    assert_eq!(course.after(Verdict::OnlyElsewhere, NO_WISH), Step::GiveUp);
}

#[test]
fn who_asks_too_often_waits_and_asks_the_same_address() {
    let mut course = course(2, 0, 2);
    assert_eq!(course.after(Verdict::Later, ms(700)), ask(0, 700), "the wish is longer than the pause");
    assert_eq!(course.after(Verdict::Later, ms(1)), ask(0, 200), "the pause is longer than the wish");
    assert_eq!(course.after(Verdict::Later, NO_WISH), Step::GiveUp);
}

#[test]
fn the_pause_between_rounds_is_as_long_as_the_least_wish_and_each_wish_is_granted() {
    let mut course = course(2, 0, 3);
    assert_eq!(course.after(Verdict::Elsewhere, ms(1000)), ask(1, 0));
    assert_eq!(course.after(Verdict::Elsewhere, ms(400)), ask(1, 400), "the first one rests for 600 ms more");
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), ask(1, 200), "and for 400 ms more");
    assert_eq!(course.after(Verdict::Elsewhere, ms(900)), ask(0, 400), "and not a millisecond more");
    assert_eq!(course.after(Verdict::Elsewhere, NO_WISH), Step::GiveUp);
}

#[test]
fn what_a_failure_means_is_decided_by_whether_another_address_could_do_better() {
    let message = || "m".to_owned();
    for (failure, verdict) in [
        (RegistryFailure::OutOfOrder { status: 503, message: message() }, Verdict::Elsewhere),
        (RegistryFailure::Unreachable(std::sync::Arc::new(std::io::Error::other("x"))), Verdict::Elsewhere),
        (RegistryFailure::TimedOut { after: ms(1) }, Verdict::OnlyElsewhere),
        (RegistryFailure::LeaveAlone { status: 429, wait: ms(1), message: message() }, Verdict::OnlyElsewhere),
        (RegistryFailure::TooManyRequests, Verdict::Later),
        (RegistryFailure::NoToken(std::sync::Arc::new(std::io::Error::other("x"))), Verdict::Later),
        (RegistryFailure::SubjectNotFound, Verdict::Answered),
        (RegistryFailure::Denied { status: 401, message: message() }, Verdict::Answered),
        (RegistryFailure::NotOffered { status: 404, message: message() }, Verdict::Answered),
        (RegistryFailure::Unreadable { message: message() }, Verdict::Answered),
    ] {
        assert_eq!(Verdict::on(&failure), verdict, "{failure}");
    }
}
