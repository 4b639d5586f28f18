// Private to the kernels: a product of matrices on the calling thread, for kernels that are products
// at heart (convolutions).
#ifndef SHK_GEMM_H
#define SHK_GEMM_H

#include "include/shinkei_kernels.h"

// C = A · B, or C + A · B. A is rows×k and B k×columns, with any strides, one of each being 1. Strides are in elements. Each
// element is summed as shk_gemm says.
typedef struct shk_product {
    int32_t dtype;
    const void *a, *b;
    void *c;
    int64_t a_row, a_k, b_k, b_column, c_row;
    int64_t rows, columns, k;
    bool add;
} shk_product;

#define SHK_PRODUCT_SCRATCH (SHK_GEMM_KC * 128 + 2048)
void shk_product_run(const shk_product *product, void *scratch);

// An epilogue over elements `start` ... of `rows` rows, which lie `n` apart. Full rows are one long
// stretch.
void shk_finish_rows(shk_frame *frame, int64_t start, int64_t rows, int64_t columns, int64_t n);

#endif
