use super::Address;
use crate::block_storage::cloud::endpoint::Endpoint;

fn address(text: &str, endpoint: Option<&str>) -> Result<Address, crate::BlockStorageError> {
    let endpoint = Endpoint::of(endpoint, "Azure").unwrap();
    Address::of(text, "acme", endpoint.as_ref(), true)
}

#[track_caller]
fn is(text: &str, endpoint: Option<&str>, service: &str, container: &str, prefix: &str) {
    let address = address(text, endpoint).unwrap();
    assert_eq!(address.service.as_str(), service);
    assert_eq!((address.container.as_str(), address.prefix.as_ref()), (container, prefix));
}

#[track_caller]
fn is_refused(text: &str, endpoint: Option<&str>, with: &str) {
    let message = address(text, endpoint).unwrap_err().to_string();
    assert!(message.contains(with), "{message}");
    assert!(!message.contains("pa55"), "{message}");
}

#[test]
fn azures_own_addresses_name_the_account_in_their_host() {
    let own = "https://acme.blob.core.windows.net";
    is(&format!("{own}/tests/orders/new/"), None, own, "tests", "orders/new");
    is(&format!("{own}/tests//"), None, own, "tests", "");
    let china = "https://acme.blob.core.chinacloudapi.cn";
    is(&format!("{china}//tests/a%20b//50%25"), None, china, "tests", "a b/50%");
}

#[test]
fn azurites_addresses_name_it_in_their_path() {
    let service = "http://127.0.0.1:10000/acme";
    is("http://127.0.0.1:10000/acme/tests/orders", None, service, "tests", "orders");
    is("http://localhost:1/acme/tests", None, "http://localhost:1/acme", "tests", "");
    for endpoint in ["http://azurite:10000", "http://azurite:10000/acme", "http://azurite:10000/acme/"] {
        is("http://azurite:10000/acme/tests/orders", Some(endpoint), "http://azurite:10000/acme", "tests", "orders");
    }
}

#[test]
fn an_endpoint_stands_in_for_azures_own_address() {
    let text = "https://acme.blob.core.windows.net/tests/orders";
    is(text, Some("http://azurite:10000"), "http://azurite:10000/acme", "tests", "orders");
    let private = "https://acme.privatelink.example.com";
    is(text, Some(private), private, "tests", "orders");
    is(&format!("{private}/tests/orders"), Some(private), private, "tests", "orders");
}

#[test]
fn a_signed_request_goes_to_no_other_host() {
    let other = "neither Azure's nor that of the configured endpoint";
    is_refused("http://evil.example.com/acme/tests", None, other);
    is_refused("https://acme.blob.core.windows.net.evil.example.com/tests", None, other);
    is_refused("http://acme.blob.core.windows.net/tests", None, other);
    is_refused("http://azurite:10001/acme/tests", Some("http://azurite:10000"), other);
    is_refused("http://127.0.0.1:1/acme/tests", Some("http://azurite:10000"), other);
    let message = Address::of("http://127.0.0.1:1/acme/tests", "acme", None, false).unwrap_err().to_string();
    assert!(message.contains(other), "a token would be sent in the clear: {message}");
}

#[test]
fn what_names_no_folder_is_refused_with_the_reason() {
    is_refused("https://other.blob.core.windows.net/tests", None, "the account other, and the settings are for acme");
    is_refused("http://127.0.0.1:1/other/tests", None, "does not start with the account acme");
    is_refused("http://127.0.0.1:1/acmenot/tests", None, "does not start with the account acme");
    is_refused("https://acme.blob.core.windows.net/", None, "names no container");
    is_refused("http://127.0.0.1:1/acme", None, "names no container");
    is_refused("https://acme.blob.core.windows.net/tests?sig=pa55", None, "a query");
    is_refused("https://a:pa55@acme.blob.core.windows.net/tests", None, "a user");
    is_refused("s3://tests/orders", None, "neither https:// nor http://");
    is_refused("/tests/orders", None, "relative URL");
    is_refused("https://acme.blob.core.windows.net/tests/%2e%2e/x%0a", None, "control character");
}
