/** Where each group lies on disk: twelve bytes a group, since grp is dense and segments are few. */

/** A stretch of consecutive groups in one file. */
export interface Segment {
  readonly name: string;
  readonly firstGrp: number;
  /** Offset behind the last group. */
  readonly end: number;
}

export interface Place {
  readonly segment: string;
  readonly offset: number;
  readonly end: number;
}

/** What crosses from the worker to the main side; the arrays are handed over, not copied. */
export interface PackedIndex {
  readonly seqs: Float64Array<ArrayBuffer>;
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly count: number;
  readonly segments: readonly Segment[];
}

export class GroupIndex {
  private seqs: Float64Array<ArrayBuffer>;
  private offsets: Uint32Array<ArrayBuffer>;
  private length: number;
  private readonly segments: Segment[];

  constructor(packed?: PackedIndex) {
    this.seqs = packed?.seqs ?? new Float64Array(1024);
    this.offsets = packed?.offsets ?? new Uint32Array(1024);
    this.length = packed?.count ?? 0;
    this.segments = [...(packed?.segments ?? [])];
  }

  get count(): number {
    return this.length;
  }

  pack(): PackedIndex {
    const { seqs, offsets, length: count, segments } = this;
    return { seqs, offsets, count, segments };
  }

  /** Notes the next group; its number is one more than the last. */
  add(firstSeq: number, place: Place): void {
    if (this.length === this.seqs.length) this.grow();
    this.seqs[this.length] = firstSeq;
    this.offsets[this.length] = place.offset;
    this.length += 1;
    const last = this.segments.at(-1);
    const isNew = last?.name !== place.segment;
    const firstGrp = isNew ? this.length : last.firstGrp;
    if (!isNew) this.segments.pop();
    this.segments.push({ name: place.segment, firstGrp, end: place.end });
  }

  /** The group with the largest first seq not above `seq`: the only one that can hold it. */
  grpOf(seq: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.seqs[middle] ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  place(grp: number): Place | undefined {
    const offset = this.offsets[grp - 1];
    const segment = this.segments[this.segmentOf(grp)];
    if (offset === undefined || segment === undefined || grp > this.length) return undefined;
    const isLastOfSegment = grp === this.length || this.segmentOf(grp + 1) !== this.segmentOf(grp);
    const end = isLastOfSegment ? segment.end : (this.offsets[grp] ?? segment.end);
    return { segment: segment.name, offset, end };
  }

  private segmentOf(grp: number): number {
    let low = 0;
    let high = this.segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.segments[middle]?.firstGrp ?? 0) <= grp) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private grow(): void {
    const seqs = new Float64Array(this.seqs.length * 2);
    const offsets = new Uint32Array(this.offsets.length * 2);
    seqs.set(this.seqs);
    offsets.set(this.offsets);
    this.seqs = seqs;
    this.offsets = offsets;
  }
}
