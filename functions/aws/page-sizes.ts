/** Page sizes of EC2. Anew each time: the SDK's paginators write the next token into the input that they are given. */
export const many = () => ({ MaxResults: 1000 });
/** DescribeRouteTables and the prefix lists take no more. */
export const few = () => ({ MaxResults: 100 });
