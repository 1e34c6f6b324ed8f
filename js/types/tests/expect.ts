/** Compile-time assertions. The value is never looked at. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** expectType<T>()(value): value is of type T exactly, neither wider nor narrower. */
export declare function expectType<T>(): <V>(value: V, ...same: Same<T, V> extends true ? [] : [never]) => void;
/** accepts<T>(value): value can be used where a T is wanted. */
export declare function accepts<T>(value: T): void;
