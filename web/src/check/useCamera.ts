import { type RefObject, useEffect, useState } from "react";

export type CameraFailure = "none" | "refused" | "taken" | "insecure" | "other";

interface Camera {
  /** Whether there is a picture to take. */
  readonly ready: boolean;
  readonly failure: CameraFailure | null;
  /** Whether to show it as in a mirror: all but cameras that look away from the reader. */
  readonly mirrored: boolean;
  /** Takes the next camera; null where there is but one. */
  readonly turn: (() => void) | null;
  /** The present picture as a file with this name before the time; null where there is none. */
  readonly shoot: (name: string) => Promise<File | null>;
}

const SIZE = { width: { ideal: 1920 }, height: { ideal: 1080 } };
const JPEG_QUALITY = 0.95;

/** Lets a video element show what a camera sees, for as long as the component is there. */
export function useCamera(video: RefObject<HTMLVideoElement | null>): Camera {
  const [wanted, want] = useState<string | null>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [failure, setFailure] = useState<CameraFailure | null>(null);
  const [devices, setDevices] = useState<readonly string[]>([]);

  useEffect(() => {
    let left = false;
    let mine: MediaStream | null = null;
    open(wanted).then(
      (opened) => {
        mine = opened;
        if (left) {
          stop(opened);
          return;
        }
        if (video.current) {
          video.current.srcObject = opened;
          video.current.onloadeddata = () => setStream(opened);
        }
        void cameras().then(setDevices);
      },
      (error: unknown) => {
        if (!left) {
          setFailure(failureOf(error));
        }
      },
    );
    return () => {
      left = true;
      stop(mine);
      setStream(null);
    };
  }, [wanted, video]);

  const settings = stream?.getVideoTracks()[0]?.getSettings();
  const turn = () => {
    const next = devices.indexOf(settings?.deviceId ?? "") + 1;
    want(devices[next % devices.length] ?? null);
  };
  const shoot = async (name: string) => {
    const shown = video.current;
    if (!shown || shown.videoWidth === 0) {
      return null;
    }
    const canvas = document.createElement("canvas");
    canvas.width = shown.videoWidth;
    canvas.height = shown.videoHeight;
    canvas.getContext("2d")?.drawImage(shown, 0, 0);
    const blob = await new Promise<Blob | null>((give) => {
      canvas.toBlob(give, "image/jpeg", JPEG_QUALITY);
    });
    const time = new Date().toTimeString().slice(0, 8).replaceAll(":", "");
    return blob && new File([blob], `${name}-${time}.jpg`, { type: blob.type });
  };
  return {
    ready: stream !== null,
    failure,
    mirrored: settings?.facingMode !== "environment",
    turn: devices.length > 1 ? turn : null,
    shoot,
  };
}

function open(device: string | null): Promise<MediaStream> {
  // Left out by browsers where the page came over plain http from elsewhere.
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (media === undefined) {
    return Promise.reject(new DOMException("", "SecurityError"));
  }
  const which = device === null ? { facingMode: "user" } : { deviceId: { exact: device } };
  return media.getUserMedia({ video: { ...SIZE, ...which }, audio: false });
}

async function cameras(): Promise<string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) {
    track.stop();
  }
}

function failureOf(error: unknown): CameraFailure {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotAllowedError":
      return "refused";
    case "NotReadableError":
    case "AbortError":
      return "taken";
    case "SecurityError":
      return "insecure";
    default:
      return "other";
  }
}
