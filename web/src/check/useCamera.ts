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

/**
 * Lets a video element show what a camera sees, for as long as the component is there; so long the
 * element must be there, too.
 */
export function useCamera(video: RefObject<HTMLVideoElement | null>): Camera {
  const [wanted, want] = useState<string | null>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [failure, setFailure] = useState<CameraFailure | null>(null);
  const [devices, setDevices] = useState<readonly string[]>([]);

  useEffect(() => {
    const shown = video.current;
    let left = false;
    let mine: MediaStream | null = null;
    setFailure(null);
    const show = (opened: MediaStream) => {
      mine = opened;
      if (left || shown === null) {
        stop(opened);
        return;
      }
      shown.srcObject = opened;
      shown.onloadeddata = () => setStream(opened);
    };
    const explain = (error: unknown) => {
      if (!left) {
        setFailure(failureOf(error));
      }
    };
    // Where one camera cannot be had, another one may: they are listed in either case.
    open(wanted)
      .then(show, explain)
      .then(cameras)
      .then(setDevices, () => undefined);
    return () => {
      left = true;
      stop(mine);
      if (shown !== null) {
        shown.onloadeddata = null;
        shown.srcObject = null;
      }
      setStream(null);
    };
  }, [wanted, video]);

  const settings = stream?.getVideoTracks()[0]?.getSettings();
  const turn = () => {
    const next = devices.indexOf(settings?.deviceId ?? wanted ?? "") + 1;
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

/** Left out by browsers where the page came over plain http from elsewhere. */
function mediaDevices(): MediaDevices | undefined {
  return navigator.mediaDevices;
}

function open(device: string | null): Promise<MediaStream> {
  const media = mediaDevices();
  if (media === undefined) {
    return Promise.reject(new DOMException("", "SecurityError"));
  }
  const which = device === null ? { facingMode: "user" } : { deviceId: { exact: device } };
  return media.getUserMedia({ video: { ...SIZE, ...which }, audio: false });
}

/** What can be asked for by name: browsers leave the names empty until a camera was allowed. */
async function cameras(): Promise<string[]> {
  const devices = (await mediaDevices()?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map(({ deviceId }) => deviceId);
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
