use proptest::prelude::*;

use super::frame::{BOTTOM, LEFT, RIGHT, TOP};
use super::scale::{Scale, nice_floor, nice_step};
use super::*;
use crate::run_record::percentiles::Percentiles;
use crate::run_record::topic_record::LatencySample;

fn series(samples: &[(u32, u32)]) -> Vec<Series> {
    let samples = samples.iter().map(|&(at_ms, latency_us)| LatencySample { at_ms, latency_us }).collect();
    vec![Series::new("orders".to_owned(), 0, samples)]
}

fn labels(scale: Scale, about: usize) -> Vec<String> {
    scale.ticks(about).into_iter().map(|tick| tick.label).collect()
}

#[test]
fn a_linear_axis_has_round_labels() {
    let places = (0.0, 100.0);
    assert_eq!(labels(Scale::from_zero(7.7, places), 4), ["0", "2", "4", "6", "8"]);
    assert_eq!(labels(Scale::from_zero(0.4, places), 4), ["0.0", "0.1", "0.2", "0.3", "0.4"]);
    assert_eq!(
        labels(Scale::from_zero(16_700.0, places), 4),
        ["0", "5\u{202f}000", "10\u{202f}000", "15\u{202f}000", "20\u{202f}000"]
    );
    assert_eq!(labels(Scale::linear((0.41, 0.92), places), 9), ["0.5", "0.6", "0.7", "0.8", "0.9"]);
}

#[test]
fn a_logarithmic_axis_has_labels_at_factors() {
    let places = (0.0, 100.0);
    assert_eq!(labels(Scale::logarithmic((0.5, 500.0), places), 6), ["1", "10", "100"]);
    assert_eq!(labels(Scale::logarithmic((0.5, 20.0), places), 9), ["0.5", "1", "2", "5", "10", "20"]);
    let scale = Scale::logarithmic((1.0, 100.0), places);
    assert_eq!([1.0, 10.0, 100.0].map(|value| scale.place(value).round()), [0.0, 50.0, 100.0]);
}

#[test]
fn round_numbers_are_found_on_both_sides() {
    assert_eq!([0.03, 1.0, 1.01, 7.0].map(nice_step), [0.05, 1.0, 2.0, 10.0]);
    assert_eq!([0.7, 1.0, 1.9, 7.0].map(nice_floor), [0.5, 1.0, 1.0, 5.0]);
}

#[test]
fn the_time_line_of_one_event_is_a_second() {
    let one = Timeline::of(&series(&[(1_250, 10)])).unwrap();
    assert_eq!((one.from_ms, one.to_ms, one.bucket_ms), (1_000, 2_000, 1_000));
    assert_eq!(Timeline::of(&[]), None);
}

#[test]
fn few_events_are_not_spread_over_bars_of_one() {
    let four = Timeline::of(&series(&[(0, 1), (100, 1), (200, 1), (300, 1)])).unwrap();
    assert_eq!(four.bucket_ms, 200);
}

#[test]
fn busiest_topics_keep_their_colours_and_the_rest_shares_one() {
    let mut record = crate::RunRecord::default();
    for topic in 0..10_u64 {
        for id in 0..=topic {
            record.apply(&crate::LedgerEntry::new(
                test_probe_directives::Timestamp::from_micros(0),
                crate::Acknowledged {
                    id: topic * 100 + id,
                    topic: test_probe_directives::TopicName::new(&format!("t{topic}")).unwrap(),
                    cluster: test_probe_directives::ClusterName::default(),
                    partition: 0,
                    offset: 0,
                    timestamp_ms: None,
                    latency_us: 1,
                },
            ));
        }
    }
    let series = Series::of(&record);
    let names: Vec<&str> = series.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["t9", "t8", "t7", "t6", "t5", "t4", "t3", "3 other topics"]);
    assert_eq!(series.iter().map(|series| series.colour).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(series[7].samples.len(), 1 + 2 + 3);
}

/// Every pair of numbers behind an `M` of a path of dots.
fn dots(svg: &str) -> Vec<(f64, f64)> {
    let paths = svg.lines().filter(|line| line.contains("class=\"dots"));
    paths
        .flat_map(|line| line.split('M').skip(1))
        .map(|dot| dot.split_once("h0").unwrap().0.split_once(' ').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_event_stands_inside_the_drawing(samples in proptest::collection::vec((any::<u32>(), any::<u32>()), 1..50)) {
        let series = series(&samples);
        let timeline = Timeline::of(&series).unwrap();
        let all = Percentiles::of(samples.iter().map(|sample| sample.1).collect()).unwrap();
        let latency = LatencyPlot::of(&series, timeline, all).to_string();
        let dots = dots(&latency);
        prop_assert_eq!(dots.len(), samples.len());
        for (x, y) in dots {
            prop_assert!((LEFT..=RIGHT).contains(&x) && (TOP..=BOTTOM).contains(&y), "{} {}", x, y);
        }
        let throughput = ThroughputPlot::of(&series, timeline).to_string();
        for drawing in [latency, throughput] {
            prop_assert!(!drawing.contains("NaN") && !drawing.contains("inf"));
            prop_assert!(roxmltree::Document::parse(&drawing).is_ok());
        }
        prop_assert!(timeline.bars() <= 62);
    }

    #[test]
    fn labels_of_percentiles_keep_apart_and_inside(p50 in 1..u32::MAX / 4, more in 0..3_u32, most in 0..3_u32) {
        let all = Percentiles { p50_us: p50, p95_us: p50 + more, p99_us: p50 + more + most, max_us: p50 + more + most };
        let series = series(&[(5, p50), (9, all.max_us)]);
        let plot = LatencyPlot::of(&series, Timeline::of(&series).unwrap(), all);
        let places = plot.label_places();
        prop_assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 13.9), "{:?}", places);
        prop_assert!(places.iter().all(|place| (0.0..=BOTTOM + 0.1).contains(place)), "{:?}", places);
    }
}

#[test]
fn a_bar_is_as_high_as_its_events_and_topics_stand_on_each_other() {
    let one = |colour, samples: &[u32]| {
        let samples = samples.iter().map(|&at_ms| LatencySample { at_ms, latency_us: 1 }).collect();
        Series::new(format!("t{colour}"), colour, samples)
    };
    let series = vec![one(0, &[0, 1, 2, 999]), one(1, &[3])];
    let timeline = Timeline { from_ms: 0, to_ms: 1_000, bucket_ms: 500 };
    let drawing = ThroughputPlot::of(&series, timeline).to_string();
    let drawing = roxmltree::Document::parse(&drawing).unwrap();
    let bars: Vec<(&str, f64, f64)> = drawing
        .descendants()
        .filter(|node| node.has_tag_name("rect"))
        .map(|rect| {
            let number = |name| rect.attribute(name).unwrap().parse::<f64>().unwrap();
            (rect.attribute("class").unwrap(), number("y"), number("height"))
        })
        .collect();
    // Four events in half a second are 8 events/s, the height of the axis; a quarter of it is one event.
    let quarter = (BOTTOM - TOP) / 4.0;
    assert_eq!(bars, [("c0", TOP + quarter, 3.0 * quarter), ("c1", TOP, quarter), ("c0", BOTTOM - quarter, quarter)]);
    let titles: Vec<_> =
        drawing.descendants().filter(|node| node.has_tag_name("title")).map(|node| node.text().unwrap()).collect();
    assert_eq!(titles, ["4 acknowledged, 8.0 events/s", "1 acknowledged, 2.0 events/s"]);
}

#[test]
fn a_few_outliers_switch_the_axis_to_factors() {
    let logarithmic = |samples: &[(u32, u32)]| {
        let series = series(samples);
        let all = Percentiles::of(samples.iter().map(|sample| sample.1).collect()).unwrap();
        LatencyPlot::of(&series, Timeline::of(&series).unwrap(), all).to_string().contains("log scale")
    };
    assert!(!logarithmic(&[(0, 1_000), (1, 1_000), (2, 20_000)]));
    assert!(logarithmic(&[(0, 1_000), (1, 1_000), (2, 20_001)]));
    assert!(logarithmic(&[(0, 0), (1, 0), (2, 300_000)]));
}

#[test]
fn the_axis_of_time_speaks_in_the_unit_of_its_span() {
    let title = |to_ms| frame::TimeAxis::of(Timeline { from_ms: 0, to_ms, bucket_ms: 1_000 }).title;
    assert_eq!(title(600_000), "seconds after the run's start");
    assert_eq!(title(600_001), "minutes after the run's start");
    assert_eq!(title(36_000_001), "hours after the run's start");
}
