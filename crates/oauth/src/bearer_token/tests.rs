use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

#[test]
fn a_token_ages_from_its_request_to_its_end() {
    let token = BearerToken::new(Secret::new("t"), "me", at(100), at(160));
    assert_eq!(token.life(), Duration::from_secs(60));
    for (now, age, remaining, is_valid) in
        [(90, 0, 70, true), (100, 0, 60, true), (159, 59, 1, true), (160, 60, 0, false), (999, 899, 0, false)]
    {
        assert_eq!(token.age(at(now)), Duration::from_secs(age));
        assert_eq!(token.remaining(at(now)), Duration::from_secs(remaining));
        assert_eq!(token.is_valid(at(now)), is_valid, "{now}");
    }
}

#[test]
fn a_token_never_prints() {
    let token = BearerToken::new(Secret::new("hunter2"), "me", at(100), at(160));
    assert_eq!(
        format!("{token:?}"),
        "BearerToken { principal: \"me\", obtained_at: Timestamp(100000000), expires_at: Timestamp(160000000), .. }"
    );
    assert_eq!((token.text().expose(), token.principal()), ("hunter2", "me"));
}
