use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// A disk with room for so many bytes, and for more after it once said that it is full. It keeps what was written where
/// the test can see it.
#[derive(Clone, Debug)]
struct Disk {
    room: Rc<RefCell<usize>>,
    written: Rc<RefCell<Vec<u8>>>,
}

impl Disk {
    fn of(room: usize) -> Self {
        Self { room: Rc::new(RefCell::new(room)), written: Rc::default() }
    }

    fn text(&self) -> String {
        String::from_utf8(self.written.borrow().clone()).unwrap()
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = bytes.len().min(*self.room.borrow());
        if room == 0 {
            *self.room.borrow_mut() = 100;
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left on device"));
        }
        *self.room.borrow_mut() -= room;
        self.written.borrow_mut().extend(&bytes[..room]);
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn file(disk: &Disk) -> LineFile<Disk> {
    LineFile::new(Path::new("evidence/events.jsonl"), disk.clone())
}

#[test]
fn a_line_is_a_document_and_reaches_the_disk_with_the_flush() {
    let disk = Disk::of(100);
    let mut file = file(&disk);
    file.append(&[1, 2]).unwrap();
    file.append(&"a\nb").unwrap();
    assert_eq!(disk.text(), "");
    file.flush().unwrap();
    assert_eq!(disk.text(), "[1,2]\n\"a\\nb\"\n");
}

#[test]
fn a_full_disk_is_told_once_and_nothing_is_written_after_it() {
    let disk = Disk::of(7);
    let mut file = file(&disk);
    file.append(&[1, 2]).unwrap();
    file.append(&[3, 4]).unwrap();
    assert_eq!(
        file.flush(),
        Err("`evidence/events.jsonl` is incomplete, it could not be written any further: no space left on device"
            .to_owned())
    );
    assert_eq!((file.append(&[5]), file.flush()), (Ok(()), Ok(())));
    let error = file.finish().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`evidence/events.jsonl` is incomplete, it could not be written any further; make room and run the test again"
    );
    assert_eq!(error.source.to_string(), "no space left on device");
    assert_eq!(disk.text(), "[1,2]\n[");
}

#[test]
fn what_the_end_cannot_write_is_an_error_too() {
    let mut file = file(&Disk::of(0));
    file.append(&[1]).unwrap();
    assert!(file.finish().is_err());
}
