export async function startFake(){throw new Error("no")}
