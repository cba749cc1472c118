import { MarkedPicture } from "../result/MarkedPicture";
import { useTexts } from "../texts";
import type { Check } from "./queue";

interface Props {
  readonly check: Check;
  readonly onAgain: () => void;
}

/** A picture that waits for its turn, or that was cancelled. */
export function Stopped({ check: { picture, state }, onAgain }: Props) {
  const words = useTexts().check.queue;
  return (
    <section className="columns">
      <MarkedPicture picture={picture} />
      <div className="message">
        <p>{state.step === "waiting" ? words.waiting : words.stopped}</p>
        <button type="button" className="button" onClick={onAgain}>
          {words.checkNow}
        </button>
      </div>
    </section>
  );
}
