use super::*;
use crate::cells::Store;
use crate::joined::Joined;

fn written(offered: Offered) -> proto::MetricFamily {
    write(&Joined::alone(offered).family(), &Reader::new(Store::process()))
}

fn there_and_back(offered: Offered) -> Offered {
    read(&written(offered)).expect("what we write can be read")
}

fn offered(kind: Kind, shape: Shape, samples: &[u64]) -> Offered {
    let labels = vec![("interface".into(), "/deploy\n\"".into()), ("zone".into(), "".into())];
    let given =
        Given { labels, timestamp_ms: None, created_ms: None, shape, samples: samples.to_vec() };
    let head = Head { name: "f".into(), help: "接口".into(), kind };
    Offered { head, series: vec![given] }
}

#[test]
fn every_kind_survives_the_way_there_and_back() {
    let number = |number: f64| vec![number.to_bits()];
    for (kind, shape, samples) in [
        (Kind::Counter, Shape::Number, number(21.0)),
        (Kind::Gauge, Shape::Number, number(-0.5)),
        (Kind::Untyped, Shape::Number, number(f64::INFINITY)),
        (
            Kind::Histogram,
            Shape::Histogram([0.1, 2.0].into()),
            vec![1, 3, 4, 2.25_f64.to_bits(), 4],
        ),
        (
            Kind::Summary,
            Shape::Summary([0.5].into()),
            vec![7.0_f64.to_bits(), 14.0_f64.to_bits(), 2],
        ),
    ] {
        let before = format!("{:?}", offered(kind, shape.clone(), &samples));
        assert_eq!(format!("{:?}", there_and_back(offered(kind, shape, &samples))), before);
    }
}

#[test]
fn counts_become_the_numbers_of_the_prometheus_crate() {
    let back = there_and_back(offered(Kind::Counter, Shape::Count, &[36]));
    assert_eq!(back.series[0].samples, [36.0_f64.to_bits()]);
}

type Change = Box<dyn Fn(&mut proto::MetricFamily)>;

#[test]
fn nonsense_is_refused_with_a_reason() {
    let after = |change: &dyn Fn(&mut proto::MetricFamily)| {
        let mut family = written(offered(
            Kind::Histogram,
            Shape::Histogram([0.1, 2.0].into()),
            &[1, 3, 4, 2.25_f64.to_bits(), 4],
        ));
        change(&mut family);
        read(&family).map(|_| ())
    };
    assert_eq!(after(&|_| ()), Ok(()));
    let first = |family: &mut proto::MetricFamily, change: &dyn Fn(&mut proto::Metric)| {
        let mut metrics = family.get_metric().to_vec();
        change(&mut metrics[0]);
        family.set_metric(metrics);
    };
    let label = |name: &'static str| -> Change {
        Box::new(move |family| {
            first(family, &|metric| metric.label[0].set_name(name.to_owned()));
        })
    };
    let bucket = |change: fn(&mut proto::Bucket)| -> Change {
        Box::new(move |family| {
            first(family, &|metric| {
                change(&mut metric.histogram.mut_or_insert_default().bucket[0]);
            });
        })
    };
    let changes: [(Change, &str); 8] = [
        (Box::new(|family| family.set_name("a b".to_owned())), "name"),
        (Box::new(|family| family.set_field_type(proto::MetricType::COUNTER)), "another type"),
        (label("a-b"), "label"),
        (label("le"), "label"),
        (label("zone"), "twice"),
        (
            Box::new(|family| {
                let metrics = [family.get_metric(), family.get_metric()].concat();
                family.set_metric(metrics);
            }),
            "same labels",
        ),
        (bucket(|bucket| bucket.set_upper_bound(3.0)), "rise"),
        (bucket(|bucket| bucket.set_cumulative_count(9)), "fall"),
    ];
    for (change, problem) in changes {
        let error = after(&*change).expect_err(problem);
        assert!(error.contains(problem), "{error} is about {problem}");
    }
}
