import { useEffect, useId, useRef } from "react";
import { useTexts } from "../texts";
import styles from "./CameraDialog.module.css";
import { useCamera } from "./useCamera";

interface Props {
  readonly onPhoto: (photo: File) => void;
  readonly onClose: () => void;
}

/** The camera's picture, and a shutter. Nothing leaves this device before it is pressed. */
export function CameraDialog({ onPhoto, onClose }: Props) {
  const words = useTexts().check.camera;
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const title = useId();
  const camera = useCamera(video);

  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);

  const shoot = async () => {
    const photo = await camera.shoot(words.file);
    if (photo !== null) {
      dialog.current?.close();
      onPhoto(photo);
    }
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} onClose={onClose}>
      <h2 id={title} className={styles.title}>
        {words.title}
      </h2>
      <div hidden={camera.failure !== null}>
        <div className={styles.preview}>
          <video
            ref={video}
            className={styles.video}
            data-mirrored={camera.mirrored || undefined}
            aria-label={words.preview}
            autoPlay
            muted
            playsInline
          />
          {!camera.ready && <p className={styles.starting}>{words.starting}</p>}
        </div>
        <p className={styles.hint}>{words.hint}</p>
      </div>
      {camera.failure !== null && <p role="alert">{words.failures[camera.failure]}</p>}
      <div className={styles.buttons}>
        {camera.failure === null && (
          <button
            type="button"
            className="button"
            data-main
            disabled={!camera.ready}
            onClick={() => void shoot()}
          >
            {words.shutter}
          </button>
        )}
        {camera.turn && (
          <button type="button" className="button" onClick={camera.turn}>
            {words.other}
          </button>
        )}
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          {words.cancel}
        </button>
      </div>
    </dialog>
  );
}
