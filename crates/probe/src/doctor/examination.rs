use serde_json::{Value, json};

use super::{Finding, Verdict};

/// All that a doctor found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// In the order in which it was looked at.
    pub findings: Vec<Finding>,
}

impl Examination {
    /// Whether nothing failed.
    pub fn is_healthy(&self) -> bool {
        self.findings.iter().all(|finding| !matches!(finding.verdict, Verdict::Failed { .. }))
    }

    /// How many findings are `passed`, `warning`, `failed` and `skipped`, in this order.
    pub fn counts(&self) -> [(&'static str, usize); 4] {
        ["passed", "warning", "failed", "skipped"]
            .map(|name| (name, self.findings.iter().filter(|finding| finding.verdict.as_str() == name).count()))
    }

    /// The examination as one JSON object: `healthy`, a number for each verdict, and `findings`, each with `check`,
    /// `target`, `verdict`, `took_ms`, and `detail`, `fix`, `cause` and `because` where the verdict has them.
    pub fn to_json(&self) -> Value {
        let findings: Vec<Value> = self.findings.iter().map(finding).collect();
        let mut whole = json!({ "healthy": self.is_healthy() });
        for (name, count) in self.counts() {
            whole[name] = count.into();
        }
        whole["findings"] = findings.into();
        whole
    }
}

fn finding(finding: &Finding) -> Value {
    let mut told = json!({
        "check": finding.check.as_str(),
        "target": finding.target,
        "verdict": finding.verdict.as_str(),
    });
    let parts: &[(&str, &String)] = match &finding.verdict {
        Verdict::Passed { detail } => &[("detail", detail)],
        Verdict::Warning { detail, fix } => &[("detail", detail), ("fix", fix)],
        Verdict::Failed { cause, fix } => &[("cause", cause), ("fix", fix)],
        Verdict::Skipped { because } => &[("because", because)],
    };
    for (name, text) in parts {
        told[*name] = Value::String((*text).clone());
    }
    told["took_ms"] = u64::try_from(finding.took.as_millis()).unwrap_or(u64::MAX).into();
    told
}
