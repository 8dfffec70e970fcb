use std::time::Duration;

use tokio::time::sleep;

/// How a service behaves when it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// Answers well, at once.
    Answers,
    /// Answers well after this time.
    AnswersAfter(Duration),
    /// Answers with an error.
    Fails,
    /// Answers with an error after this time.
    FailsAfter(Duration),
    /// Never answers.
    NeverAnswers,
    /// Panics before there is a future.
    PanicsInTheCall,
    /// Panics in its future, after this time.
    PanicsAfter(Duration),
}

impl Conduct {
    /// The part that is played in the call itself.
    pub(super) fn call(self) {
        assert!(self != Self::PanicsInTheCall, "a bug in the call");
    }

    /// The part that is played later: whether the answer is a good one.
    pub(super) async fn play(self) -> bool {
        match self {
            Self::Answers | Self::PanicsInTheCall => true,
            Self::Fails => false,
            Self::AnswersAfter(time) => {
                sleep(time).await;
                true
            }
            Self::FailsAfter(time) => {
                sleep(time).await;
                false
            }
            Self::PanicsAfter(time) => {
                sleep(time).await;
                panic!("a bug in the future");
            }
            Self::NeverAnswers => std::future::pending().await,
        }
    }
}
