use super::*;

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:vault";

fn url(options: &LambdaOptions, environment: &Variables) -> Result<String, String> {
    invocation_url(options, environment).map(String::from).map_err(|error| error.to_string())
}

#[test]
fn the_function_is_invoked_where_aws_has_it_or_where_it_is_said_to_be() {
    let options = LambdaOptions::new(ARN, "eu-west-1");
    let path = format!("/2015-03-31/functions/{ARN}/invocations");
    let none = Variables::none();
    assert_eq!(url(&options, &none), Ok(format!("https://lambda.eu-west-1.amazonaws.com{path}")));
    let general = Variables::from([("AWS_ENDPOINT_URL", "http://localhost:4566")]);
    assert_eq!(url(&options, &general), Ok(format!("http://localhost:4566{path}")));
    let both = Variables::from([("AWS_ENDPOINT_URL", "http://x"), ("AWS_ENDPOINT_URL_LAMBDA", "http://localhost:1/")]);
    assert_eq!(url(&options, &both), Ok(format!("http://localhost:1{path}")));
    let own = LambdaOptions { endpoint: Some("https://vpce.example/".into()), ..options };
    assert_eq!(url(&own, &both), Ok(format!("https://vpce.example{path}")));
    let china = LambdaOptions::new("vault:live", "cn-north-1");
    let expected = "https://lambda.cn-north-1.amazonaws.com.cn/2015-03-31/functions/vault:live/invocations";
    assert_eq!(url(&china, &none), Ok(expected.to_owned()));
}

#[test]
fn what_cannot_be_invoked_is_refused_with_the_key_to_mend() {
    for (arn, region, message) in [
        (
            "",
            "eu-west-1",
            "test-probe.services.vault.aws.lambda-arn is empty; set it to such as arn:aws:lambda:eu-west-1:123456789012:function:vault",
        ),
        (ARN, " ", "test-probe.services.vault.aws.region '' is no region; set it to such as eu-west-1"),
        (ARN, "eu/west", "test-probe.services.vault.aws.region 'eu/west' is no region; set it to such as eu-west-1"),
        (
            "a b",
            "eu-west-1",
            "test-probe.services.vault.aws.lambda-arn 'a b' is no ARN of a function; copy it from the function's page",
        ),
        (
            ARN,
            "us-east-1",
            "test-probe.services.vault.aws.lambda-arn lies in region 'eu-west-1', but test-probe.services.vault.aws.region \
             is 'us-east-1'; set it to 'eu-west-1'",
        ),
    ] {
        assert_eq!(url(&LambdaOptions::new(arn, region), &Variables::none()), Err(message.to_owned()));
    }
}
