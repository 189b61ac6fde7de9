//! A client's stream, which ends where the client does not take its answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::connections::Connection;

/// Bytes of an answer that a client must take within the time that it has.
const PORTION: usize = 64 << 10;

/// A stream whose writing fails where the other end takes less than 64 KiB within a time.
#[derive(Debug)]
pub(crate) struct ClientStream<S> {
    stream: S,
    place: Option<Arc<Connection>>,
    time: Duration,
    /// Runs from the first moment at which the other end did not take what there was.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Bytes taken since then.
    taken: usize,
}

impl<S> ClientStream<S> {
    /// `place` is told when all that was written is sent.
    pub(crate) fn new(stream: S, time: Duration, place: Option<Arc<Connection>>) -> Self {
        Self { stream, place, time, deadline: None, taken: 0 }
    }

    fn restart(&mut self) {
        (self.deadline, self.taken) = (None, 0);
    }

    /// What becomes of a write.
    fn settle(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.taken += bytes;
                if self.taken >= PORTION {
                    self.restart();
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let time = self.time;
                ready!(self.deadline.get_or_insert_with(|| Box::pin(sleep(time))).as_mut().poll(context));
                Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the client takes its answer too slowly",
                )))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ClientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ClientStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.settle(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.settle(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called at the end of an answer: the next one has its own time.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.restart();
            self.place.iter().for_each(|place| place.flushed());
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const TIME: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_left() {
        let (ours, _theirs) = duplex(1000);
        let mut ours = ClientStream::new(ours, TIME, None);
        let error = ours.write_all(&[0; 2000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_portion_in_time_is_waited_for() {
        let (ours, mut theirs) = duplex(PORTION);
        let mut ours = ClientStream::new(ours, TIME, None);
        let reader = tokio::spawn(async move {
            let mut buffer = vec![0; PORTION];
            for _ in 0..5 {
                sleep(TIME - Duration::from_secs(1)).await;
                theirs.read_exact(&mut buffer).await.unwrap();
            }
        });
        ours.write_all(&vec![0; 5 * PORTION]).await.unwrap();
        reader.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn time_between_answers_does_not_count() {
        let (ours, mut theirs) = duplex(1000);
        let mut ours = ClientStream::new(ours, TIME, None);
        for _ in 0..3 {
            let (sent, read) = tokio::join!(ours.write_all(&[0; 1500]), async {
                sleep(Duration::from_secs(1)).await;
                theirs.read_exact(&mut [0; 1500]).await
            });
            sent.unwrap();
            read.unwrap();
            ours.flush().await.unwrap();
            sleep(TIME * 2).await;
        }
    }
}
