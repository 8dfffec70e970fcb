use proptest::prelude::*;

use super::*;

const S: fn(u64) -> Duration = Duration::from_secs;

#[test]
fn a_token_is_renewed_after_a_share_of_its_life_and_well_before_its_end() {
    let policy = RefreshPolicy::default();
    for (life, random, after) in [
        // The share, with its jitter to both sides.
        (S(3600), 0.5, S(2880)),
        (S(3600), 0.0, S(2520)),
        (S(3600), 1.0, S(3240)),
        // 30 s before the end, where the share would come later.
        (S(100), 0.5, S(70)),
        (S(100), 0.0, S(70)),
        (S(60), 0.5, S(30)),
        // The margin would take more than half of the life, so that the share alone decides.
        (S(59), 0.0, Duration::from_millis(41_300)),
        (S(20), 0.5, S(16)),
        (S(20), 0.0, S(14)),
        (S(20), 1.0, S(18)),
        (S(0), 0.5, S(0)),
    ] {
        let told = policy.renew_after(life, random);
        assert!(told.abs_diff(after) < Duration::from_micros(1), "{life:?} {random}: {told:?}");
    }
}

#[test]
fn a_repetition_waits_twice_as_long_each_time_up_to_a_bound() {
    let policy = RefreshPolicy::default();
    for (failures, asked, random, wait) in [
        (1, None, 1.0, S(1)),
        (1, None, 0.0, Duration::from_millis(500)),
        (2, None, 1.0, S(2)),
        (3, None, 1.0, S(4)),
        (3, None, 0.5, S(3)),
        (4, None, 1.0, S(8)),
        (5, None, 1.0, S(10)),
        (5, None, 0.0, S(5)),
        (u32::MAX, None, 1.0, S(10)),
        (0, None, 1.0, S(1)),
        // What the endpoint asks for is heard, as long as it is no more than the bound.
        (1, Some(S(7)), 1.0, S(7)),
        (4, Some(S(7)), 1.0, S(8)),
        (1, Some(S(3600)), 0.0, S(10)),
        (1, Some(S(0)), 1.0, S(1)),
    ] {
        assert_eq!(policy.retry_after(failures, asked, random), wait, "{failures} {asked:?} {random}");
    }
}

#[test]
fn numbers_that_make_no_sense_make_no_panic() {
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e300] {
        let policy = RefreshPolicy { share: odd, jitter: odd, ..RefreshPolicy::default() };
        for life in [S(0), S(100), Duration::MAX] {
            assert!(policy.renew_after(life, odd) <= life);
            assert!(RefreshPolicy::default().renew_after(life, odd) <= life);
        }
        assert!(policy.retry_after(1, None, odd) <= S(1));
        let endless = RefreshPolicy { initial_backoff: Duration::MAX, max_backoff: Duration::MAX, ..policy };
        assert!(endless.retry_after(9, Some(Duration::MAX), odd) <= Duration::MAX);
    }
}

prop_compose! {
    fn policies()(
        share in 0.0..=1.0_f64,
        jitter in 0.0..=0.5_f64,
        margin in 0_u64..200,
        initial in 1_u64..20_000,
        max in 1_u64..100_000,
    ) -> RefreshPolicy {
        RefreshPolicy {
            share,
            jitter,
            margin: S(margin),
            initial_backoff: Duration::from_millis(initial),
            max_backoff: Duration::from_millis(max),
        }
    }
}

proptest! {
    #[test]
    fn a_token_is_never_renewed_after_its_end(policy in policies(), millis in 0_u64..10_000_000, random in 0.0..=1.0_f64) {
        let life = Duration::from_millis(millis);
        let after = policy.renew_after(life, random);
        prop_assert!(after <= life);
        if policy.margin <= life / 2 {
            prop_assert!(after + policy.margin <= life, "{after:?} is less than the margin before the end");
        }
        let latest = life.mul_f64((policy.share + policy.jitter).min(1.0));
        prop_assert!(after <= latest + Duration::from_nanos(1));
        let earliest = life.mul_f64((policy.share - policy.jitter).max(0.0)).min(life.saturating_sub(policy.margin).max(life / 2));
        prop_assert!(after + Duration::from_nanos(1) >= earliest, "{after:?} is before {earliest:?}");
    }

    #[test]
    fn a_repetition_waits_between_half_and_the_whole_of_its_backoff(
        policy in policies(),
        failures in 1_u32..40,
        asked in proptest::option::of(0_u64..100),
        random in 0.0..=1.0_f64,
    ) {
        let asked = asked.map(S);
        let wait = policy.retry_after(failures, asked, random);
        let whole = policy.initial_backoff.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(policy.max_backoff);
        prop_assert!(wait <= policy.max_backoff);
        prop_assert!(wait + Duration::from_nanos(1) >= whole / 2);
        prop_assert!(wait <= whole.max(asked.unwrap_or_default()));
        prop_assert!(wait >= asked.unwrap_or_default().min(policy.max_backoff));
    }
}
