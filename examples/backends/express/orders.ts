export interface Order {
  /** The id of the user whose it is. */
  user: string;
  item: string;
}

export const orders: Order[] = [];
