//! The signals that end the process.

use tokio::sync::mpsc;

/// Listens for the signals that ask the process to end, SIGINT (control-C) and SIGTERM, and gives the name of each as it
/// comes. Called within a runtime.
pub fn stop_signals() -> mpsc::Receiver<&'static str> {
    // Nobody acts on more than three.
    let (sender, receiver) = mpsc::channel(3);
    tokio::spawn(listen(sender));
    receiver
}

#[cfg(unix)]
async fn listen(sender: mpsc::Sender<&'static str>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
            (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
            // Then the system ends the process when it is told to.
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%error, "signals cannot be waited for: a stop will cut running requests off");
                return std::future::pending().await;
            }
        };
    loop {
        let name = tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        };
        if sender.send(name).await.is_err() {
            return;
        }
    }
}

#[cfg(not(unix))]
async fn listen(sender: mpsc::Sender<&'static str>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        if sender.send("control-C").await.is_err() {
            return;
        }
    }
    // Else the receiver would take the channel's end for a signal.
    std::future::pending().await
}
