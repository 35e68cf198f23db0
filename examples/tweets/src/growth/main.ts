import { measureGrowth, tableOf } from './growth.ts'

// Prints how the search grows with the systems behind it, once with codes and once with classes.
console.log(tableOf(await measureGrowth()))
