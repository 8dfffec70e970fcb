use super::Endpoint;

#[test]
fn an_endpoint_says_how_it_is_reached() {
    let endpoint = |text| Endpoint::of(Some(text), "S3").unwrap().unwrap();
    assert_eq!(endpoint("http://127.0.0.1:9000/").as_str(), "http://127.0.0.1:9000");
    assert!(endpoint("http://[::1]:9000").is_loopback() && endpoint("https://localhost").is_loopback());
    assert!(!endpoint("http://localhost.example.com").is_loopback());
    assert!(endpoint("http://minio:9000").is_plain() && !endpoint("https://minio").is_plain());
    assert!(Endpoint::of(None, "S3").unwrap().is_none() && Endpoint::of(Some(" "), "S3").unwrap().is_none());
}

#[test]
fn an_endpoint_that_is_none_is_refused_without_its_credentials() {
    for text in ["minio:9000", "pa55", "ftp://minio", "http://a:pa55@minio", "http://minio?sig=pa55", "http://a b"] {
        let message = Endpoint::of(Some(text), "S3").unwrap_err().to_string();
        assert!(message.starts_with("S3 cannot be used with its settings: its endpoint "), "{message}");
        assert!(!message.contains("pa55"), "{message}");
    }
}
