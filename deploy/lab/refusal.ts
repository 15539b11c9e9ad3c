/**
 * The lab cannot do what was asked because of a fact about this machine or this request.
 * The message is one sentence for a person; the command line prints it alone and exits with 2.
 */
export class LabRefusal extends Error {
  override readonly name = 'LabRefusal';
}
