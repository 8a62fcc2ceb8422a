/**
 * Makes the rows of a matrix orthonormal in place, one after the other: what lies along earlier rows is taken away, twice,
 * as once leaves rounding errors where rows were nearly parallel (modified Gram and Schmidt; Giraud et al., 2005).
 *
 * @param matrix `[rows, columns]` of independent rows, no more than columns
 */
export function orthonormalRows(rows: number, columns: number, matrix: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const at = row * columns;
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < row; earlier++) {
        const other = earlier * columns;
        let product = 0;
        for (let i = 0; i < columns; i++) product += matrix[at + i]! * matrix[other + i]!;
        for (let i = 0; i < columns; i++) matrix[at + i]! -= product * matrix[other + i]!;
      }
    }
    let square = 0;
    for (let i = 0; i < columns; i++) square += matrix[at + i]! * matrix[at + i]!;
    const length = Math.sqrt(square);
    for (let i = 0; i < columns; i++) matrix[at + i]! /= length;
  }
}
