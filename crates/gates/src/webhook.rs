//! The gate `webhook`: asks a program of somebody else about a move.

use std::time::Duration;

use client::{CallLimits, Outbound, OutboundError};
use ids::Hash;
use quality::gates::WebhookCheck;
use serde::{Deserialize, Serialize};

/// The longest answer that is read.
const ANSWER_BYTES: usize = 64 * 1024;
/// The longest message that is kept, in characters.
const MESSAGE_CHARS: usize = 1000;

/// What is asked.
#[derive(Debug, Serialize)]
pub(crate) struct Question<'a> {
    pub(crate) dataset: &'a str,
    pub(crate) branch: &'a str,
    pub(crate) old: Option<Hash>,
    pub(crate) new: Hash,
}

/// What is answered, with status 200.
#[derive(Debug, Deserialize)]
struct Answer {
    pass: bool,
    #[serde(default)]
    message: String,
}

/// Asks; whether the answer is yes, and what it says. A failed or unreadable answer is a no.
///
/// # Errors
/// Only when the address may not be called.
pub(crate) async fn ask(
    outbound: Option<&Outbound>,
    check: &WebhookCheck,
    question: &Question<'_>,
) -> Result<(bool, String), OutboundError> {
    let Some(outbound) = outbound else {
        return Err(OutboundError::NotListed {
            url: check.url.clone(),
        });
    };
    let limits = CallLimits {
        deadline: Duration::from_millis(check.deadline_ms),
        answer_bytes: ANSWER_BYTES,
    };
    let answer = match outbound.post_json(&check.url, question, &limits).await {
        Ok(answer) => answer,
        Err(OutboundError::Failed { url, reason }) => {
            return Ok((false, format!("{url} did not answer: {reason}")));
        }
        Err(error) => return Err(error),
    };
    if answer.status != 200 {
        return Ok((false, format!("it answered with HTTP {}", answer.status)));
    }
    let read = serde_json::from_slice::<Answer>(&answer.body);
    Ok(match read {
        Ok(Answer { pass, message }) if message.is_empty() => (
            pass,
            if pass { "it said yes" } else { "it said no" }.to_owned(),
        ),
        Ok(Answer { pass, message }) => (pass, plain(&message)),
        Err(error) => (false, format!("its answer is not understood: {error}")),
    })
}

fn plain(message: &str) -> String {
    let shown = message.chars().filter(|c| !c.is_control());
    shown.take(MESSAGE_CHARS).collect()
}
