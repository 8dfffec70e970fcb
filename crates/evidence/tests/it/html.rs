use test_probe_evidence::{RunOutcome, RunRecord, html_report};

use crate::runs;
use crate::story::{Story, feature, step};

fn page(story: &Story) -> String {
    html_report(&story.record()).unwrap()
}

#[test]
fn nothing_that_comes_from_a_test_is_markup() {
    let page = page(&runs::failing());
    assert_eq!(page.matches("<script>").count(), 1, "the page's own");
    assert_eq!(page.matches("</script>").count(), 1);
    assert!(!page.contains("<img") && !page.contains("<b>everything"));
    for escaped in
        ["&#60;script&#62;alert(&#39;message&#39;)", "&#60;img src=x onerror=alert(1)&#62;", "&#60;b&#62;everything"]
    {
        assert!(page.contains(escaped), "{escaped}");
    }
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere() {
    for page in [page(&runs::passing()), page(&runs::failing()), html_report(&RunRecord::default()).unwrap()] {
        for outside in ["http://", "https://", "src=", "<link", "@import", "url(", "<iframe"] {
            let found = page.replace("src=x onerror", "");
            assert!(!found.contains(outside), "{outside}");
        }
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn the_failing_step_is_open_with_its_message() {
    let page = page(&runs::failing());
    let failed = page.split("<details class=\"scenario failed\" id=\"scenario-1\"").nth(1).unwrap();
    let failed = failed.split("</details>\n").next().unwrap();
    assert!(failed.starts_with(" data-counts=\"failed\" open>"));
    let step = failed.split("<li class=\"step failed\">").nth(1).unwrap();
    assert!(step.contains("<pre class=\"message\">no event on topic `payments` matched"));
    assert!(step.contains("\"12.5\" is a text".replace('"', "&#34;").as_str()));
    assert!(page.contains("<a href=\"#scenario-1\">The payment has the amount of the order</a>"));
}

#[test]
fn terminal_colours_and_control_characters_do_not_reach_the_page() {
    let page = page(&runs::failing());
    assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
    assert!(!page.contains("[31m"));
}

#[test]
fn a_ledger_that_does_not_balance_is_called_out() {
    let page = page(&runs::failing());
    let warnings = page.split("<h2>Warnings</h2>").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(warnings.contains("1 accepted event ended neither in an acknowledgement nor in a Nack: id 35"));
    assert!(!self::page(&runs::passing()).contains("<h2>Warnings</h2>"));
}

#[test]
fn there_are_plots_exactly_when_an_event_was_acknowledged() {
    let plots = |page: String| page.matches("<svg").count();
    assert_eq!(plots(page(&runs::passing())), 2);
    assert_eq!(plots(page(&runs::world_failed())), 0);
    let mut one = Story::of("one", &["orders"]);
    one.produce("orders", 0);
    assert_eq!(plots(page(&one)), 2);
}

#[test]
fn the_plots_of_a_hundred_thousand_events_stay_small_and_keep_the_extremes() {
    let mut story = Story::of("many", &["orders", "payments"]);
    story.scenario(&feature("Load"), "Many", 3, &[step("When", "I produce many events")]);
    for (index, latency) in runs::latencies(100_000).enumerate() {
        let topic = ["orders", "payments"][index % 2];
        let id = story.accept(topic);
        story.pass(70);
        story.acknowledge(topic, id, if index == 50_001 { 900_000 } else { latency });
    }
    story.all_steps_pass();
    story.finish(RunOutcome::Completed, None, 0);
    let page = page(&story);
    let largest = page.lines().filter(|line| line.contains("class=\"dots")).map(str::len).max().unwrap();
    assert!(largest < 60_000, "a path of {largest} bytes");
    assert!(page.contains("100\u{202f}000 events; where they are too many, a column shows"));
    assert!(page.contains("log scale"));
    // The slowest event stands just below the upper end of an axis that reaches to a second.
    let top = page
        .lines()
        .filter(|line| line.contains("class=\"dots"))
        .flat_map(|line| line.split("h0"))
        .filter_map(|dot| dot.rsplit(' ').next()?.parse::<f64>().ok())
        .fold(f64::MAX, f64::min);
    assert!((14.0..20.0).contains(&top), "the highest dot is at {top}");
}
