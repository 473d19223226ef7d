export { createApi, login, type Answer, type Api } from '@stepgate/testing';
